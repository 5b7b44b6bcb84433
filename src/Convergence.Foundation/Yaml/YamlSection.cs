using System.Collections.Immutable;
using System.Globalization;
using Convergence.Foundation.Text;

namespace Convergence.Foundation.Yaml;

/// <summary>
/// One map of a file that people write. Each getter validates its key, notes an error instead of throwing, and returns the
/// default then, so that one reading finds every error.
/// </summary>
public sealed class YamlSection
{
    private readonly YamlMap _map;
    private readonly string _prefix;
    private readonly IYamlErrors _errors;
    private readonly bool _isLenient;
    private readonly HashSet<string> _knownKeys = [];

    private YamlSection(YamlMap map, string prefix, IYamlErrors errors, bool isLenient)
    {
        _map = map;
        _prefix = prefix;
        _errors = errors;
        _isLenient = isLenient;
    }

    /// <summary>A whole file.</summary>
    /// <param name="root">Its map.</param>
    /// <param name="errors">Where errors go.</param>
    /// <param name="isLenient">
    /// Whether the file is read as Python programs read theirs: a key without a value is absent, and <c>True</c>, <c>yes</c>, <c>on</c> and
    /// their opposites are flags. Default: no.
    /// </param>
    public static YamlSection OfRoot(YamlMap root, IYamlErrors errors, bool isLenient = false) => new(root, "", errors, isLenient);

    /// <summary>Whether something stands at the key. Asking for it does not make it known.</summary>
    public bool Has(string key) => Present(key) is not null;

    /// <summary>The keys that stand in the file, in its order.</summary>
    public IEnumerable<string> Keys => _map.Entries.Select(entry => entry.Key.Text);

    /// <summary>The keys that getters asked for so far.</summary>
    public IReadOnlyCollection<string> KnownKeys => _knownKeys;

    /// <summary>What error messages call a key of this section.</summary>
    public string NameOf(string key) => _prefix + key;

    /// <summary>Errors so far, in the whole file.</summary>
    public int ErrorCount => _errors.Count;

    /// <summary>Notes an error about a key.</summary>
    public void Fail(string key, string problem) => _errors.Add(_prefix + key, problem);

    public int Integer(string key, int defaultValue, int min, int max) =>
        OptionalInteger(key, min, max) ?? defaultValue;

    public int? OptionalInteger(string key, int min, int max)
    {
        if (Scalar(key) is not { } text)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max)
        {
            return value;
        }

        Fail(key, $"'{text}' is not a whole number in [{min}, {max}].");
        return null;
    }

    public ulong Unsigned(string key, ulong defaultValue)
    {
        if (Scalar(key) is not { } text)
        {
            return defaultValue;
        }

        if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
        {
            return value;
        }

        Fail(key, $"'{text}' is not a whole number in [0, {ulong.MaxValue}].");
        return defaultValue;
    }

    /// <param name="key">The key.</param>
    /// <param name="defaultValue">The value where the key is absent.</param>
    /// <param name="min">The lower bound.</param>
    /// <param name="max">The upper bound, allowed itself; infinity for none.</param>
    /// <param name="minAllowed">Whether the lower bound itself is allowed.</param>
    public double Number(string key, double defaultValue, double min, double max, bool minAllowed = true) =>
        OptionalNumber(key, min, max, minAllowed) ?? defaultValue;

    public double? OptionalNumber(string key, double min, double max, bool minAllowed = true)
    {
        if (Scalar(key) is not { } text)
        {
            return null;
        }

        var parsed = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value);
        if (parsed && double.IsFinite(value) && value <= max && (value > min || (minAllowed && value >= min)))
        {
            return value;
        }

        if (double.IsInfinity(min) && double.IsInfinity(max))
        {
            Fail(key, $"'{text}' is not a finite number.");
            return null;
        }

        var range = string.Create(CultureInfo.InvariantCulture, $"{(minAllowed ? '[' : '(')}{min}, ")
            + (double.IsInfinity(max) ? "infinity)" : string.Create(CultureInfo.InvariantCulture, $"{max}]"));
        Fail(key, $"'{text}' is not a number in {range}.");
        return null;
    }

    public bool Flag(string key, bool defaultValue)
    {
        switch (Scalar(key))
        {
            case null:
                return defaultValue;
            case "true":
                return true;
            case "false":
                return false;
            case var text when _isLenient && WordOfPython(text) is { } flag:
                return flag;
            case var text:
                Fail(key, $"'{text}' is neither true nor false.");
                return defaultValue;
        }
    }

    /// <summary>One of a fixed set of words, written in lower case without separators.</summary>
    public T Choice<T>(string key, T defaultValue) where T : struct, Enum =>
        Scalar(key) is { } text ? ParseChoice<T>(key, text) ?? defaultValue : defaultValue;

    public T? ParseChoice<T>(string key, string text) where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
        {
            if (EnumNames.Of(value) == text)
            {
                return value;
            }
        }

        string[] names = [.. Enum.GetValues<T>().Select(value => EnumNames.Of(value))];
        Fail(key, $"'{text}' is not one of {string.Join(", ", names)}.{Suggestion.Phrase(text, names)}");
        return null;
    }

    public string? Text(string key)
    {
        var text = Scalar(key);
        if (text is { Length: 0 })
        {
            Fail(key, "is empty.");
            return null;
        }

        return text;
    }

    /// <summary>A list of words, or a single word as a list of one; <see langword="null"/> when the key is absent.</summary>
    public ImmutableArray<string>? TextList(string key)
    {
        switch (Find(key))
        {
            case null:
                return null;
            case YamlScalar { Text.Length: > 0 } scalar:
                return [scalar.Text];
            case YamlList list when list.Items.All(item => item is YamlScalar { Text.Length: > 0 }):
                return [.. list.Items.Select(item => ((YamlScalar)item).Text)];
            case var value:
                Fail(key, $"{value.Shown} is not a list of words.");
                return null;
        }
    }

    /// <summary>Whatever stands at the key; <see langword="null"/> when it is absent.</summary>
    public YamlValue? Value(string key) => Find(key);

    /// <summary>The single value at the key; <see langword="null"/> when it is absent or something else.</summary>
    public string? ScalarOrNull(string key) => Find(key) is YamlScalar { Text.Length: > 0 } scalar ? scalar.Text : null;

    /// <summary>A nested mapping; an empty one when the key is absent.</summary>
    public YamlSection Section(string key)
    {
        var value = Find(key);
        if (value is not (null or YamlMap))
        {
            Fail(key, $"{value.Shown} is not a mapping of keys to values.");
        }

        return new YamlSection(value as YamlMap ?? new YamlMap(_map.Line, []), $"{_prefix}{key}.", _errors, _isLenient);
    }

    /// <summary>Notes an error for every key that no getter asked for.</summary>
    public void ReportUnknownKeys()
    {
        foreach (var (key, problem) in UnknownKeys())
        {
            Fail(key, problem);
        }
    }

    /// <summary>The keys that no getter asked for, each with what to say of it.</summary>
    public IEnumerable<(string Key, string Problem)> UnknownKeys() =>
        _map.Entries.Select(entry => entry.Key).Where(key => !_knownKeys.Contains(key.Text))
            .Select(key => (key.Text, $"unknown key (line {key.Line}).{Suggestion.Phrase(key.Text, _knownKeys)}"));

    private static bool? WordOfPython(string text) => text.ToLowerInvariant() switch
    {
        "true" or "yes" or "on" => true,
        "false" or "no" or "off" => false,
        _ => null,
    };

    private YamlValue? Find(string key)
    {
        _knownKeys.Add(key);
        return Present(key);
    }

    private YamlValue? Present(string key) =>
        _map.Find(key) is { } value && !(_isLenient && value is YamlScalar { IsNull: true }) ? value : null;

    private string? Scalar(string key)
    {
        switch (Find(key))
        {
            case null:
                return null;
            case YamlScalar scalar:
                return scalar.Text;
            case var value:
                Fail(key, $"{value.Shown} is not a single value.");
                return null;
        }
    }
}
