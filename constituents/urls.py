app_name = "constituents"
urlpatterns = []
