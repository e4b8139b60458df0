"""What commands and programs are answered with: frozen values, and the one place that makes JSON of them."""
