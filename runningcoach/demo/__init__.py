"""A made-up runner, so that the whole product can be seen and tested without an account."""
