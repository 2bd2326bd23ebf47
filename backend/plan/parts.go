package plan

import "sidetrack/backend/event"

// Parts holds a message against the plan as Check does, and tells apart what the
// rule of its own call says and what the common rules say. It lists everything,
// however much there is.
func (j *Judge) Parts(r *event.Record, message []byte) (own, common []event.Finding) {
	if j == nil || r.Disposition == event.Rejected || len(message) == 0 {
		return nil, nil
	}
	c := check{judge: j, record: r, message: message}
	for _, rule := range j.common {
		c.validate(rule)
	}
	common, c.found = c.found, nil
	if rule := c.rule(); rule != nil {
		c.validate(rule)
		c.unplanned(rule)
	}
	return c.found, common
}
