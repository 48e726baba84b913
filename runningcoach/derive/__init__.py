"""Tables become metrics become tables; everything here can be thrown away and rebuilt."""
