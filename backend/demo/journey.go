package demo

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// track are the fields of a track call.
func track(event string, properties object) object {
	return obj("event", event, "properties", properties)
}

func (p product) path() string {
	return "/" + p.category + "/" + strings.ReplaceAll(strings.ToLower(p.name), " ", "-")
}

func (p product) properties() object {
	return obj("product_id", p.id, "sku", p.id, "category", p.category, "name", p.name, "brand", "Fernhill", "variant", p.variant, "price", p.price, "currency", "EUR")
}

// visits sends the page call of a page. Its address and title are properties
// too, as the browser library sends them.
func (s *shopper) visits(path, title string) { s.browser("page", path, title, pageFields(path, title)) }

func pageFields(path, title string) object {
	return obj("name", title, "properties", pageContext(path, title).with("name", title))
}

// buys is a visit in a browser that ends with an order. The total of every
// second one is sent as text.
func (s *shopper) buys() {
	shelf := catalog()
	a := s.pick(len(shelf))
	bought := []product{shelf[a], shelf[(a+1+s.pick(len(shelf)-1))%len(shelf)]}
	cart := "cart_" + s.uuid()[:4]
	s.visits("/", "Fernhill")
	s.think()
	s.browser("track", "/search", "Search", track("Products Searched", obj("query", searches()[s.pick(len(searches()))])))
	for _, p := range bought {
		s.think()
		s.visits(p.path(), p.name)
		s.now += 400 * time.Millisecond
		s.browser("track", p.path(), p.name, track("Product Viewed", p.properties().with("value", p.price)))
		s.think()
		s.browser("track", p.path(), p.name, track("Product Added", obj("cart_id", cart, "quantity", 1).joined(p)))
	}
	s.think()
	s.browser("track", "/cart", "Cart", track("Cart Viewed", obj("cart_id", cart, "products", lines(bought))))
	s.savesCart(cart, bought)
	s.checksOut(cart, bought)
}

// joined adds a product to properties.
func (o object) joined(p product) object { return append(o, p.properties()...) }

func lines(bought []product) []object {
	out := make([]object, len(bought))
	for i, p := range bought {
		out[i] = obj("product_id", p.id, "sku", p.id, "name", p.name, "category", p.category, "price", p.price, "quantity", 1, "position", i+1)
	}
	return out
}

// savesCart is a mistake of the shop's server: it sends the whole page with
// the cart, more than Segment takes.
func (s *shopper) savesCart(cart string, bought []product) {
	s.now += 900 * time.Millisecond
	page := strings.Repeat(`<li class="recommended"><a href="/packs/ridgeline-45">Ridgeline 45 Pack</a></li>`, 500)
	s.server("track", obj("anonymousId", s.anonymous), track("Cart Snapshot Saved", obj("cart_id", cart, "products", lines(bought), "rendered", page)))
}

// checksOut goes from the cart to the order, signing in on the way.
func (s *shopper) checksOut(cart string, bought []product) {
	order, checkout := fmt.Sprintf("FH-%05d", 10000+s.pick(89999)), "chk_"+s.uuid()[:4]
	value := bought[0].cents + bought[1].cents
	s.think()
	s.visits("/checkout", "Checkout")
	s.browser("track", "/checkout", "Checkout", track("Checkout Started", obj(
		"order_id", order, "affiliation", "Fernhill Outdoor web shop", "value", json.Number(cents(value)), "currency", "EUR", "products", lines(bought))))
	s.think()
	s.user = s.userID()
	s.browser("identify", "/checkout", "Checkout", obj("traits", s.traits()))
	s.browser("track", "/checkout", "Checkout", track("Signed In", obj("method", "password")))
	s.think()
	s.browser("track", "/checkout", "Checkout", track("Checkout Step Completed", obj("checkout_id", checkout, "step", 2, "shipping_method", "courier")))
	s.couponWithoutOwner(order, cart)
	s.think()
	s.browser("track", "/checkout", "Checkout", track("Payment Info Entered", obj("checkout_id", checkout, "order_id", order, "step", 3, "payment_method", "card")))
	s.think()
	var revenue any = json.Number(cents(value))
	if s.number%2 == 0 {
		revenue = cents(value) // text: the mistake nearly every shop makes once
	}
	s.browser("track", "/checkout/thanks", "Order Confirmed", track("Order Completed", obj(
		"checkout_id", checkout, "order_id", order, "affiliation", "Fernhill Outdoor web shop", "total", json.Number(cents(value-1000+800)), "revenue", revenue,
		"shipping", json.Number("8.00"), "tax", json.Number(cents(value*19/119)), "discount", json.Number("10.00"), "coupon", "TRAIL10", "currency", "EUR", "products", lines(bought))))
	s.now += 300 * time.Millisecond
	s.visits("/checkout/thanks", "Order Confirmed")
	s.now += 700 * time.Millisecond
	s.server("group", obj("userId", s.user), obj("groupId", "org_fernhill_club", "traits", obj("name", "Fernhill Club", "plan", "gold")))
}

func (s *shopper) traits() object {
	return obj("email", s.who.email, "firstName", s.who.first, "lastName", s.who.last, "plan", s.who.plan,
		"address", obj("city", s.who.city, "country", s.who.country))
}

// couponWithoutOwner is a mistake of the shop's server: nobody is named.
func (s *shopper) couponWithoutOwner(order, cart string) {
	s.now += 500 * time.Millisecond
	s.server("track", nil, track("Coupon Applied", obj("order_id", order, "cart_id", cart, "coupon_id", "TRAIL10", "coupon_name", "10 % for the trail", "discount", json.Number("10.00"))))
}

// usesTheApp is a visit in the iOS app, which collects calls and sends them
// together. One batch comes twice, as after an answer that got lost.
func (s *shopper) usesTheApp() {
	shelf := catalog()
	p := shelf[s.pick(len(shelf))]
	s.app(
		s.appMessage(600*time.Millisecond, "track", track("Application Opened", obj("from_background", false, "version", "2.18.0", "build", "611"))),
		s.appMessage(0, "screen", obj("name", "Home", "properties", obj())),
	)
	s.think()
	s.user = s.userID()
	s.app(
		s.appMessage(1200*time.Millisecond, "identify", obj("traits", s.traits())),
		s.appMessage(800*time.Millisecond, "screen", obj("name", "Tent Guide", "category", "guides", "properties", obj("chapter", 1+s.pick(6)))),
	)
	s.think()
	viewed := []object{
		s.appMessage(900*time.Millisecond, "screen", obj("name", "Product", "category", p.category, "properties", obj("product_id", p.id))),
		s.appMessage(500*time.Millisecond, "track", track("Product Viewed", p.properties())),
	}
	s.app(viewed...)
	s.now += 4 * time.Second
	s.app(viewed...)
	s.think()
	s.app(s.appMessage(300*time.Millisecond, "track", track("Product Added to Wishlist", obj("wishlist_id", "wl_"+s.anonymous[:6], "wishlist_name", "Autumn trail").joined(p))))
	s.think()
	s.app(
		s.appMessage(700*time.Millisecond, "track", track("Product Reviewed", obj("product_id", p.id, "review_id", "rev_"+s.uuid()[:6], "review_body", "Kept me dry.", "rating", fmt.Sprint(3+s.pick(3))))),
		s.appMessage(100*time.Millisecond, "track", track("Application Backgrounded", obj())),
	)
}

// looksAround is a visit in a browser that buys nothing. The page call is
// wired up twice there, the newsletter form sends the age as text and a call
// without a name.
func (s *shopper) looksAround() {
	shelf := catalog()
	p := shelf[s.pick(len(shelf))]
	list, title := "/"+p.category, strings.ToUpper(p.category[:1])+p.category[1:]
	s.visits("/", "Fernhill")
	s.think()
	once := s.browserMessage("page", list, title, pageFields(list, title))
	again := s.browserMessage("page", list, title, pageFields(list, title))
	s.browserBatch(once, again)
	s.now += 300 * time.Millisecond
	s.browser("track", list, title, track("Product List Viewed", obj("list_id", "list_"+p.category, "category", p.category, "products", lines(shelf[:4]))))
	s.think()
	s.browser("track", list, title, track("Product List Filtered", obj("list_id", "list_"+p.category, "category", p.category,
		"filters", []object{obj("type", "price", "value", "under-200")}, "sorts", []object{obj("type", "price", "value", "asc")})))
	s.think()
	s.browser("track", list, title, track("Product Clicked", p.properties().with("position", 1+s.pick(4))))
	s.now += 500 * time.Millisecond
	s.visits(p.path(), p.name)
	s.browser("track", p.path(), p.name, track("Product Viewed", p.properties().with("value", p.price)))
	s.think()
	s.browser("track", p.path(), p.name, track("Product Shared", obj("share_via", "email", "share_message", "This one?").joined(p)))
	s.think()
	s.browser("identify", "/newsletter", "Newsletter", obj("traits", obj("email", s.who.email, "firstName", s.who.first, "age", fmt.Sprint(25+s.pick(40)))))
	s.think()
	s.browser("track", "/newsletter", "Newsletter", obj("properties", obj("form", "newsletter")))
}
