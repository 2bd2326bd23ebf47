package demo

import "encoding/json"

// product is something Fernhill sells.
type product struct {
	id, name, category, variant string
	price                       json.Number // as a shop writes it, cents included
	cents                       int
}

// catalog returns what is on the shelves.
func catalog() []product {
	return []product{
		{"RP-45", "Ridgeline 45 Pack", "packs", "moss", "249.00", 24900},
		{"MS-02", "Merino Hike Sock", "clothing", "grey", "16.45", 1645},
		{"TT-2P", "Tarn 2 Tent", "tents", "sand", "389.00", 38900},
		{"EM-08", "Ember Stove", "cooking", "steel", "64.90", 6490},
		{"DJ-11", "Drizzle Shell Jacket", "clothing", "petrol", "179.00", 17900},
		{"WB-70", "Beck Water Bottle 0.7", "cooking", "clear", "18.50", 1850},
		{"HL-30", "Lantern 300 Head Torch", "light", "black", "44.00", 4400},
		{"TB-01", "Scree Trail Boot", "footwear", "brown", "159.00", 15900},
	}
}

// person is a shopper. Nobody here exists.
type person struct {
	first, last, email, city, country, plan string
}

func people() []person {
	return []person{
		{"Maya", "Lindqvist", "maya.lindqvist@example.com", "Göteborg", "SE", "member"},
		{"Tomás", "Ferreira", "tomas.ferreira@example.com", "Porto", "PT", "guest"},
		{"Aiko", "Hayashi", "aiko.hayashi@example.com", "Sapporo", "JP", "member"},
		{"Jonas", "Brandt", "jonas.brandt@example.com", "Freiburg", "DE", "guest"},
		{"Leila", "Haddad", "leila.haddad@example.com", "Lyon", "FR", "member"},
		{"Callum", "Reid", "callum.reid@example.com", "Aviemore", "GB", "guest"},
		{"Priya", "Nair", "priya.nair@example.com", "Bristol", "GB", "member"},
		{"Owen", "Marsh", "owen.marsh@example.com", "Bend", "US", "guest"},
	}
}

// searches are what people look for.
func searches() []string {
	return []string{"light tent", "rain jacket", "45 litre pack", "wool socks", "stove"}
}
