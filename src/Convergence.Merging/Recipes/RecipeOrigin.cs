using System.Collections.Immutable;
using System.Globalization;

namespace Convergence.Merging;

/// <summary>Where a recipe was read: what turns the place of a mistake into file, line and key.</summary>
/// <param name="source">What messages call the recipe: its file's path.</param>
/// <param name="prefix">What stands before the keys of models and slices in the file: empty, or <c>modules.NAME.</c></param>
/// <param name="lines">The line of each key path.</param>
internal sealed class RecipeOrigin(string source, string prefix, IReadOnlyDictionary<string, long> lines)
{
    /// <summary>For a recipe that was built and not read.</summary>
    public static RecipeOrigin Named(string source) => new(source, "", ImmutableDictionary<string, long>.Empty);

    /// <summary>For example <c>recipe.yaml:4: models[0].parameters.weight: </c>; without a key path only the source.</summary>
    public string Describe(string? keyPath)
    {
        if (string.IsNullOrEmpty(keyPath))
        {
            return $"{source}: ";
        }

        if (keyPath == "tokenizer" && !lines.ContainsKey(keyPath))
        {
            // The rule was given in its short form.
            keyPath = "tokenizer_source";
        }

        var shown = lines.ContainsKey(prefix + keyPath) || !lines.ContainsKey(keyPath) ? prefix + keyPath : keyPath;
        return LineOf(shown) is { } line
            ? string.Create(CultureInfo.InvariantCulture, $"{source}:{line}: {shown}: ")
            : $"{source}: {shown}: ";
    }

    /// <summary>The exception with its place in the message; as it is when the place is there already.</summary>
    public RecipeException Place(RecipeException exception) =>
        exception.Message.StartsWith(source + ":", StringComparison.Ordinal)
            ? exception
            : new RecipeException(Describe(exception.KeyPath) + exception.Message, exception);

    // A key that is not in the file itself, a parameter that is missing for instance, is looked for where it would stand.
    private long? LineOf(string keyPath)
    {
        for (var path = keyPath; path.Length > 0;)
        {
            if (lines.TryGetValue(path, out var line))
            {
                return line;
            }

            var end = Math.Max(path.LastIndexOf('.'), path.LastIndexOf('['));
            path = end < 0 ? "" : path[..end];
        }

        return null;
    }
}
