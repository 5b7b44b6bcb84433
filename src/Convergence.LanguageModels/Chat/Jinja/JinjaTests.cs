namespace Convergence.LanguageModels.Chat.Jinja;

/// <summary>What may stand after <c>is</c>.</summary>
internal static class JinjaTests
{
    /// <summary>Whether a test holds.</summary>
    /// <exception cref="LanguageModelException">There is no such test.</exception>
    public static bool Holds(string name, object? value, JinjaArguments arguments) => name switch
    {
        "defined" => value is not JinjaUndefined,
        "undefined" => value is JinjaUndefined,
        "none" => value is null,
        "string" => value is string,
        "boolean" => value is bool,
        "true" => value is true,
        "false" => value is false,
        "integer" => value is long,
        "float" => value is double,
        "number" => value is long or double or bool,
        "mapping" => value is JinjaMap,
        "iterable" or "sequence" => value is string or List<object?> or JinjaMap,
        "callable" => value is JinjaFunction,
        "odd" => JinjaOperators.Whole(value) % 2 != 0,
        "even" => JinjaOperators.Whole(value) % 2 == 0,
        "divisibleby" => JinjaOperators.Whole(value) % JinjaOperators.Whole(arguments.Require(0, "num")) == 0,
        "eq" or "equalto" or "sameas" or "==" => JinjaValue.AreEqual(value, arguments.Require(0, "other")),
        "ne" or "!=" => !JinjaValue.AreEqual(value, arguments.Require(0, "other")),
        "lt" or "lessthan" => JinjaValue.Compare(value, arguments.Require(0, "other")) < 0,
        "le" => JinjaValue.Compare(value, arguments.Require(0, "other")) <= 0,
        "gt" or "greaterthan" => JinjaValue.Compare(value, arguments.Require(0, "other")) > 0,
        "ge" => JinjaValue.Compare(value, arguments.Require(0, "other")) >= 0,
        "in" => JinjaValue.Contains(arguments.Require(0, "seq"), value),
        "lower" => value is string text && text.Any(char.IsLetter) && !text.Any(char.IsUpper),
        "upper" => value is string text && text.Any(char.IsLetter) && !text.Any(char.IsLower),
        _ => throw new LanguageModelException($"there is no test '{name}' here."),
    };
}
