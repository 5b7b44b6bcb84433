"""Runs one evaluator function for a parent process: a line of JSON in, a line of JSON out.

Arguments: module (a name, or the path of a file), function (or class), directory of the configuration.
Whatever the evaluator prints goes to the error stream, so that it cannot disturb the answers.
"""
import asyncio
import importlib
import importlib.util
import inspect
import json
import math
import os
import sys
import traceback

answers = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
os.dup2(2, 1)
sys.stdout = sys.stderr


def say(message):
    answers.write(json.dumps(message) + "\n")
    answers.flush()


def last_line(error):
    return "".join(traceback.format_exception_only(type(error), error)).strip().splitlines()[-1]


def where(error):
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if not frame.filename.startswith("<")]
    return " (%s, line %d)" % (os.path.basename(frames[-1].filename), frames[-1].lineno) if frames else ""


def load(module, function, directory):
    sys.path.insert(0, directory)
    if module.endswith(".py"):
        path = os.path.join(directory, module)
        sys.path.insert(0, os.path.dirname(path))
        spec = importlib.util.spec_from_file_location(os.path.splitext(os.path.basename(path))[0], path)
        loaded = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = loaded
        spec.loader.exec_module(loaded)
    else:
        loaded = importlib.import_module(module)
    if not hasattr(loaded, function):
        names = [name for name in dir(loaded) if callable(getattr(loaded, name)) and not name.startswith("_")]
        raise AttributeError("%s has no function %s; it has: %s" % (module, function, ", ".join(names) or "none"))
    found = getattr(loaded, function)
    if inspect.isclass(found):
        instance = found()
        for name in ("evaluate", "score", "__call__"):
            if hasattr(instance, name):
                return getattr(instance, name)
        raise AttributeError("class %s has no method evaluate or score" % function)
    return found


def arguments_for(evaluator, request):
    """The two documented signatures, and (config, response, test_case); told apart by the parameters' names."""
    try:
        parameters = inspect.signature(evaluator).parameters
    except (TypeError, ValueError):
        parameters = {}
    takes_any = any(each.kind == inspect.Parameter.VAR_KEYWORD for each in parameters.values())
    result, expected, params, metric = (request.get(key) for key in ("result", "expected", "params", "metric"))
    if "prediction" in parameters:
        named = {"prediction": {"result": result}, "expected": expected, "context": {"params": params, "metric": metric}}
        return [], {key: value for key, value in named.items() if takes_any or key in parameters}
    if "response" in parameters and "test_case" in parameters:
        named = {"config": params, "response": result, "test_case": request.get("case")}
        return [], {key: value for key, value in named.items() if takes_any or key in parameters}
    positional = [
        each for each in parameters.values()
        if each.kind in (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD) and each.name != "metric"
    ]
    takes_list = any(each.kind == inspect.Parameter.VAR_POSITIONAL for each in parameters.values())
    given = [result, expected, params]
    if parameters and not takes_list:
        given = given[:len(positional)]
    return given, {"metric": metric} if takes_any or "metric" in parameters else {}


def answer(evaluator, request):
    positional, named = arguments_for(evaluator, request)
    value = evaluator(*positional, **named)
    if inspect.isawaitable(value):
        async def wait():
            return await value
        value = asyncio.run(wait())
    if isinstance(value, dict):
        return numbers(value)
    if value is None:
        raise TypeError("the evaluator returned None, not a number from 0 to 1")
    return number(value)


def number(value):
    value = float(value)
    if not math.isfinite(value):
        raise ValueError("the evaluator returned %s, which is no score from 0 to 1" % value)
    return value


def numbers(value):
    metrics = value.get("metrics") if isinstance(value.get("metrics"), dict) else value
    return {
        key: float(each) for key, each in metrics.items()
        if hasattr(each, "__float__") and not isinstance(each, (str, bytes)) and math.isfinite(float(each))
    }


def main():
    module, function, directory = sys.argv[1:4]
    try:
        evaluator = load(module, function, directory)
    except BaseException as error:  # An import may do anything, sys.exit among them.
        say({"ready": False, "error": last_line(error) + where(error)})
        return
    say({"ready": True})
    for line in sys.stdin.buffer:
        request = json.loads(line.decode("utf-8"))
        try:
            value = answer(evaluator, request)
            say({"id": request["id"], "value": value})
        except Exception as error:
            say({"id": request["id"], "error": last_line(error) + where(error)})


main()
