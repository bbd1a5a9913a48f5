from topics.migrations.landed import offer_old_names

offer_old_names()
