module icn/guests/go

go 1.24
