"""Tells how many statements an answer took, to who asks for it; otherwise it costs nothing."""

from django.db import connection


def statements(get_response):
    def answer(request):
        if request.headers.get("X-Count") != "1":
            return get_response(request)
        asked = []

        def count(execute, sql, params, many, context):
            if not sql.startswith(("SAVEPOINT", "RELEASE")):
                asked.append(sql)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(count):
            response = get_response(request)
        response["X-Statements"] = str(len(asked))
        return response

    return answer
