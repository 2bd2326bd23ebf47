# The shop's plan
terraform {
  required_providers {
    segment = { source = "segmentio/segment" }
  }
}

locals {
  product = {
    type     = "object"
    required = ["sku"]
    properties = {
      sku   = { type = ["string"] }
      price = { type = ["number"] }
    }
  }
}

resource "segment_tracking_plan" "shop" {
  name        = "Shop"
  description = null
  type        = "LIVE"
  rules = [
    {
      key     = "Order Completed"
      type    = "TRACK"
      version = 1
      json_schema = jsonencode({
        "$schema" : "http://json-schema.org/draft-07/schema#",
        "type" : "object",
        "properties" : {
          "context" : {},
          "traits" : {},
          "properties" : {
            "type" : "object",
            "required" : ["order_id", "revenue"],
            "properties" : {
              "order_id" : { "type" : ["string"] },
              "revenue" : { "type" : ["number"] },
              "currency" : { "enum" : ["EUR", "USD"] },
              "coupon" : { "type" : ["string", "null"], "pattern" : "^[A-Z]+$" },
              "placed_at" : { "type" : "string", "format" : "date-time" },
              "count" : { "type" : "integer" },
              "free" : {},
              "products" : { "type" : ["array"], "items" : local.product }
            }
          }
        }
      })
    },
    {
      key         = "Signed Up"
      type        = "TRACK"
      version     = 1
      json_schema = <<-EOT
        {
          "type": "object",
          "properties": {
            "properties": {
              "type": "object",
              "required": ["email"],
              "properties": {
                "email": {},
                "plan": {"type": "string", "pattern": "free|pro"}
              }
            }
          }
        }
      EOT
    },
    {
      key         = null
      type        = "IDENTIFY"
      version     = 1
      json_schema = "{\"type\":\"object\",\"properties\":{\"traits\":{\"type\":\"object\",\"properties\":{\"email\":{\"type\":\"string\"},\"age\":{\"type\":\"integer\"}}}}}"
    },
    {
      key         = ""
      type        = "GROUP"
      version     = 1
      json_schema = file("${path.module}/group.json")
    },
    {
      key         = "Home"
      type        = "PAGE"
      version     = 1
      json_schema = jsonencode({ type = "object", properties = { properties = { type = "object", properties = { path = { type = "string" } } } } })
    },
  ]
}
