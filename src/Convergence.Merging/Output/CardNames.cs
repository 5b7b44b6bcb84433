namespace Convergence.Merging;

/// <summary>
/// Says models by their last parts in a text that is published: where they lay on some machine helps no reader elsewhere, and is nobody
/// else's business. Relative names stay as they are.
/// </summary>
internal sealed class CardNames
{
    private readonly List<(string Path, string Name)> _names;

    /// <param name="paths">Paths that the text may hold; those that are not absolute count for nothing.</param>
    public CardNames(IEnumerable<string> paths)
    {
        var absolute = paths.Where(path => Path.IsPathFullyQualified(path) && Tail(path, 1).Length > 0)
            .Distinct(StringComparer.Ordinal)
            .ToList();

        // A path may begin with another one: the longest goes first.
        _names = [.. absolute.OrderByDescending(path => path.Length).Select(path => (path, NameOf(path, absolute)))];
    }

    /// <summary>The text with names instead of absolute paths.</summary>
    public string In(string text) =>
        _names.Aggregate(text, (current, pair) => current.Replace(pair.Path, pair.Name, StringComparison.Ordinal));

    /// <summary>As many of the last parts as tell the path from the others.</summary>
    private static string NameOf(string path, List<string> all)
    {
        for (var count = 1; ; count++)
        {
            var name = Tail(path, count);
            if (name == Tail(path, count + 1) || all.TrueForAll(other => other == path || Tail(other, count) != name))
            {
                return name;
            }
        }
    }

    private static string Tail(string path, int count) => string.Join('/', path
        .Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries).TakeLast(count));
}
