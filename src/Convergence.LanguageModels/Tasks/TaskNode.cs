using System.Globalization;
using Convergence.Tensors.Text;
using YamlDotNet.RepresentationModel;

namespace Convergence.LanguageModels.Tasks;

/// <summary>
/// A mapping of a task file, with typed access that collects errors instead of throwing, so that all are reported at once.
/// </summary>
internal sealed class TaskNode(YamlMappingNode mapping, string sourceName, List<string> errors)
{
    private string Place => string.Create(CultureInfo.InvariantCulture, $"{sourceName}, line {mapping.Start.Line}");

    public bool Has(string key) => Find(key) is not null;

    public void RefuseUnknownKeys(string[] known)
    {
        foreach (var key in mapping.Children.Keys)
        {
            if (key is not YamlScalarNode { Value: { } name } || !known.Contains(name, StringComparer.Ordinal))
            {
                Report($"'{key}' is not a key here.{Suggestion.Phrase(key.ToString(), known)} Known keys: {string.Join(", ", known)}.");
            }
        }
    }

    public IEnumerable<TaskNode> Items(string key)
    {
        if (Find(key) is not { } node)
        {
            yield break;
        }

        if (node is not YamlSequenceNode sequence)
        {
            Report($"'{key}' must be a list.");
            yield break;
        }

        foreach (var item in sequence.Children)
        {
            if (item is YamlMappingNode child)
            {
                yield return new TaskNode(child, sourceName, errors);
            }
            else
            {
                Report($"'{key}' must list mappings, but one item is '{item}'.");
            }
        }
    }

    public string? Text(string key) => Find(key) switch
    {
        null => null,
        YamlScalarNode { Value: { } value } => value,
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

        return node is YamlScalarNode scalar
            && int.TryParse(scalar.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            && value >= lowest
                ? value
                : Fail<int?>(key, string.Create(CultureInfo.InvariantCulture, $"must be an integer from {lowest} on"));
    }

    public ulong? Seed(string key) => Find(key) switch
    {
        null => null,
        YamlScalarNode scalar when ulong.TryParse(scalar.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var value) => value,
        _ => Fail<ulong?>(key, "must be an integer from 0 to 2^64 - 1"),
    };

    public bool? Flag(string key) => Find(key) switch
    {
        null => null,
        YamlScalarNode { Value: "true" } => true,
        YamlScalarNode { Value: "false" } => false,
        _ => Fail<bool?>(key, "must be true or false"),
    };

    /// <summary>A text or a list of texts, none of them empty.</summary>
    public string[]? Texts(string key)
    {
        string?[]? values = Find(key) switch
        {
            null => null,
            YamlScalarNode scalar => [scalar.Value],
            YamlSequenceNode sequence => [.. sequence.Children.Select(child => (child as YamlScalarNode)?.Value)],
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
        if (node is YamlMappingNode children)
        {
            foreach (var (name, value) in children.Children)
            {
                if (name is YamlScalarNode { Value: { } split } && value is YamlScalarNode number
                    && double.TryParse(number.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var share) && share > 0)
                {
                    shares.Add((split, share));
                }
            }
        }

        var isWhole = node is YamlMappingNode all && all.Children.Count == shares.Count && shares.Sum(share => share.Share) <= 1 + 1e-9;
        return isWhole && shares.Count > 0
            ? shares
            : Fail<List<(string, double)>>(key, "must map split names to shares above 0 that add up to at most 1");
    }

    public void Report(string message) => errors.Add($"{Place}: {message}");

    private T? Fail<T>(string key, string expectation)
    {
        Report($"'{key}' is '{Find(key)}', but {expectation}.");
        return default;
    }

    private YamlNode? Find(string key) => mapping.Children.TryGetValue(new YamlScalarNode(key), out var node) ? node : null;
}
