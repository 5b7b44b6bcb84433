using System.Globalization;
using System.Text.Json;
using Convergence.Foundation.Text;

namespace Convergence.Service.OpenAi;

/// <summary>
/// A JSON object of a request. It remembers which members were asked for, so that in the end none is ignored without a word. A member
/// that is null counts as missing, as with OpenAI.
/// </summary>
internal sealed class RequestObject(JsonElement element, string path = "")
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>A member, or <see langword="null"/>.</summary>
    public JsonElement? Find(string name)
    {
        _known.Add(name);
        return element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    /// <summary>What error messages call a member: <c>stream_options.include_usage</c>.</summary>
    public string PathOf(string name) => path + name;

    public string? Text(string name) => Find(name) switch
    {
        null => null,
        { } value => TextOf(name, value),
    };

    /// <summary>The text of a value that belongs to a member.</summary>
    public string TextOf(string name, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            throw Mistyped(name, "a string", value);
        }

        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            throw OpenAiException.BadValue(PathOf(name), "is not valid Unicode.");
        }
    }

    public bool? Flag(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } value => throw Mistyped(name, "true or false", value),
    };

    /// <summary>A number in [minimum, maximum].</summary>
    public double? Number(string name, double minimum, double maximum)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        var isNumber = value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= minimum
            && number <= maximum;
        return isNumber ? value.GetDouble() : throw Mistyped(name, Invariant($"a number in [{minimum}, {maximum}]"), value);
    }

    /// <summary>A whole number in [minimum, maximum].</summary>
    public int? Whole(string name, int minimum, int maximum)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        var isWhole = value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= minimum
            && number <= maximum;
        return isWhole ? value.GetInt32() : throw Mistyped(name, Invariant($"a whole number in [{minimum}, {maximum}]"), value);
    }

    /// <summary>A whole number of 64 bits, signed or not.</summary>
    public ulong? Bits(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.TryGetUInt64(out var number) => number,
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt64(out var number) => unchecked((ulong)number),
        { } value => throw Mistyped(name, "a whole number of 64 bits", value),
    };

    /// <summary>An object, or <see langword="null"/>.</summary>
    public RequestObject? Object(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Object } value => new RequestObject(value, PathOf(name) + "."),
        { } value => throw Mistyped(name, "an object", value),
    };

    /// <summary>The error for a value of another type or outside its range.</summary>
    public OpenAiException Mistyped(string name, string expected, JsonElement value) =>
        OpenAiException.BadValue(PathOf(name), $"must be {expected}, not {Excerpt(value)}.");

    /// <summary>Members that are understood and change nothing here.</summary>
    public void Ignore(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            _known.Add(name);
        }
    }

    /// <summary>A member that asks for something that is not there, unless it has one of the values that ask for nothing.</summary>
    /// <param name="name">The member.</param>
    /// <param name="why">What is not there, as a sentence.</param>
    /// <param name="harmless">The values, as JSON.</param>
    public void Refuse(string name, string why, params ReadOnlySpan<string> harmless)
    {
        if (Find(name) is not { } value)
        {
            return;
        }

        foreach (var json in harmless)
        {
            if (JsonElement.DeepEquals(value, JsonElement.Parse(json)))
            {
                return;
            }
        }

        throw OpenAiException.Unsupported(PathOf(name), why);
    }

    /// <summary>Refuses members that nobody has asked for.</summary>
    public void RefuseOthers()
    {
        foreach (var member in element.EnumerateObject())
        {
            if (!_known.Contains(member.Name))
            {
                throw OpenAiException.Unknown(PathOf(member.Name), Suggestion.Phrase(member.Name, _known));
            }
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Excerpt(JsonElement value)
    {
        const int longest = 40;
        var text = value.GetRawText();
        return text.Length <= longest ? text : string.Concat(text.AsSpan(0, longest), "...");
    }
}
