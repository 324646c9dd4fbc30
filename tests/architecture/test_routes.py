import inspect

from fastapi import APIRouter
from fastapi.routing import APIRoute
from talent_kit import database, idempotency


def routes_of(modules):
    """Every route of the routers that stand in modules."""
    routers = {
        id(value): value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, APIRouter)
    }
    return [route for router in routers.values() for route in router.routes]


def dependencies(dependant):
    for found in dependant.dependencies:
        yield found
        yield from dependencies(found)


def name(route):
    return f"{min(route.methods)} {route.path}"


def test_every_post_may_be_repeated(service_modules):
    marks = {idempotency._take_key, idempotency.changes_nothing, idempotency.same_again}
    for package, modules in service_modules.items():
        posts = [
            route
            for route in routes_of(modules)
            if isinstance(route, APIRoute) and "POST" in route.methods
        ]
        assert posts, f"no POST route found in {package}: does its router stand in a module?"
        bare = [
            name(route)
            for route in posts
            if marks.isdisjoint(found.call for found in dependencies(route.dependant))
        ]
        assert not bare, (
            "a client that gets no answer must be able to send again without a second effect: give "
            "dependencies=[Idempotent], or [ChangesNothing] where it only computes, or [SameAgain] "
            f"where a protocol of others forbids the key: {bare}"
        )


def test_a_request_commits_before_it_is_answered(service_modules):
    late = [
        name(route)
        for modules in service_modules.values()
        for route in routes_of(modules)
        if isinstance(route, APIRoute)
        for found in dependencies(route.dependant)
        if _yields(found.call)
        and (found.call is not database._session or found.scope != "function")
    ]
    assert not late, (
        "FastAPI ends a yield dependency after the answer went out, so that a failed commit would "
        f"be answered with success: use SessionDep, and no other dependency that yields: {late}"
    )


def test_nothing_of_a_request_goes_to_a_thread(service_modules):
    threaded = {
        f"{name(route)}: {call.__qualname__}"
        for modules in service_modules.values()
        for route in routes_of(modules)
        if isinstance(route, APIRoute)
        for call in (route.endpoint, *(found.call for found in dependencies(route.dependant)))
        if inspect.isfunction(call)
        and not (inspect.iscoroutinefunction(call) or inspect.isasyncgenfunction(call))
    }
    assert not threaded, (
        "FastAPI runs a plain function in a thread, and a busy process waits long for its turn "
        f"there: make it async: {sorted(threaded)}"
    )


def test_every_endpoint_says_what_it_does(service_modules):
    silent = [
        name(route)
        for modules in service_modules.values()
        for route in routes_of(modules)
        if isinstance(route, APIRoute) and not (route.endpoint.__doc__ or "").strip()
    ]
    assert not silent, f"the docstring is the operation's text in OpenAPI: {silent}"


def _yields(call):
    return inspect.isasyncgenfunction(call) or inspect.isgeneratorfunction(call)
