module sidetrack

go 1.26
