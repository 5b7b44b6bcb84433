using System.Globalization;
using Convergence.Foundation.Text;
using Convergence.Foundation.Yaml;

namespace Convergence.LanguageModels.Tasks;

/// <summary>
/// A mapping of a task file, with typed access that collects errors instead of throwing, so that all are reported at once.
/// </summary>
internal sealed class TaskNode(YamlMap mapping, string sourceName, List<string> errors)
{
    private string Place => string.Create(CultureInfo.InvariantCulture, $"{sourceName}, line {mapping.Line}");

    public bool Has(string key) => Find(key) is not null;

    public void RefuseUnknownKeys(string[] known)
    {
        foreach (var (key, _) in mapping.Entries.Where(entry => !known.Contains(entry.Key.Text, StringComparer.Ordinal)))
        {
            Report($"'{key.Text}' is not a key here.{Suggestion.Phrase(key.Text, known)} Known keys: {string.Join(", ", known)}.");
        }
    }

    public IEnumerable<TaskNode> Items(string key)
    {
        if (Find(key) is not { } node)
        {
            yield break;
        }

        if (node is not YamlList list)
        {
            Report($"'{key}' must be a list.");
            yield break;
        }

        foreach (var item in list.Items)
        {
            if (item is YamlMap child)
            {
                yield return new TaskNode(child, sourceName, errors);
            }
            else
            {
                Report($"'{key}' must list mappings, but one item is {item.Shown}.");
            }
        }
    }

    public string? Text(string key) => Find(key) switch
    {
        null => null,
        YamlScalar { Text: var value } => value,
        _ => Fail<string>(key, "must be a text"),
    };

    public string RequiredText(string key)
    {
        if (Text(key) is { Length: > 0 } value)
        {
            return value;
        }

        Report($"a task lacks '{key}'.");
        return string.Empty;
    }

    public int? Integer(string key, int lowest)
    {
        if (Find(key) is not { } node)
        {
            return null;
        }

        return node is YamlScalar scalar
            && int.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            && value >= lowest
                ? value
                : Fail<int?>(key, string.Create(CultureInfo.InvariantCulture, $"must be an integer from {lowest} on"));
    }

    public ulong? Seed(string key) => Find(key) switch
    {
        null => null,
        YamlScalar scalar when ulong.TryParse(scalar.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) => value,
        _ => Fail<ulong?>(key, "must be an integer from 0 to 2^64 - 1"),
    };

    public bool? Flag(string key) => Find(key) switch
    {
        null => null,
        YamlScalar { Text: "true" } => true,
        YamlScalar { Text: "false" } => false,
        _ => Fail<bool?>(key, "must be true or false"),
    };

    /// <summary>A text or a list of texts, none of them empty.</summary>
    public string[]? Texts(string key)
    {
        string?[]? values = Find(key) switch
        {
            null => null,
            YamlScalar scalar => [scalar.Text],
            YamlList list => [.. list.Items.Select(item => (item as YamlScalar)?.Text)],
            _ => [null],
        };
        return values is not null && values.Any(string.IsNullOrEmpty)
            ? Fail<string[]>(key, "must be a text or a list of texts that are not empty")
            : values as string[];
    }

    /// <summary>Names with shares, in the file's order.</summary>
    public List<(string Name, double Share)>? Shares(string key)
    {
        if (Find(key) is not { } node)
        {
            return null;
        }

        var shares = new List<(string Name, double Share)>();
        if (node is YamlMap children)
        {
            foreach (var (name, value) in children.Entries)
            {
                if (value is YamlScalar number
                    && double.TryParse(number.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var share) && share > 0)
                {
                    shares.Add((name.Text, share));
                }
            }
        }

        var isWhole = node is YamlMap all && all.Entries.Count == shares.Count && shares.Sum(share => share.Share) <= 1 + 1e-9;
        return isWhole && shares.Count > 0
            ? shares
            : Fail<List<(string, double)>>(key, "must map split names to shares above 0 that add up to at most 1");
    }

    public void Report(string message) => errors.Add($"{Place}: {message}");

    private T? Fail<T>(string key, string expectation)
    {
        Report($"'{key}' is {Find(key)!.Shown}, but {expectation}.");
        return default;
    }

    private YamlValue? Find(string key) => mapping.Find(key);
}
