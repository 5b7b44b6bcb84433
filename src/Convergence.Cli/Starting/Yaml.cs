using System.Text.Json.Nodes;

namespace Convergence.Cli.Starting;

/// <summary>Values as YAML that reads back as the same.</summary>
internal static class Yaml
{
    /// <summary>A text: as it is where nothing in it means something, else as JSON, which is YAML.</summary>
    public static string Text(string value) =>
        value.Length > 0 && char.IsAsciiLetter(value[0])
        && value.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.')
        && value.ToLowerInvariant() is not ("null" or "true" or "false" or "yes" or "no" or "on" or "off" or "y" or "n")
            ? value
            : JsonValue.Create(value).ToJsonString();

    public static string List(IEnumerable<string> values) => $"[{string.Join(", ", values.Select(Text))}]";
}
