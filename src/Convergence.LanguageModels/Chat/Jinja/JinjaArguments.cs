namespace Convergence.LanguageModels.Chat.Jinja;

/// <summary>What a function, a filter or a test is called with.</summary>
/// <param name="Positional">Arguments by place.</param>
/// <param name="Named">Arguments by name.</param>
internal sealed record JinjaArguments(IReadOnlyList<object?> Positional, IReadOnlyDictionary<string, object?> Named)
{
    /// <summary>An argument by its place or else its name, or <paramref name="fallback"/>.</summary>
    public object? Get(int place, string name, object? fallback = null) =>
        place < Positional.Count ? Positional[place] : Named.TryGetValue(name, out var value) ? value : fallback;

    /// <summary>An argument that must be there.</summary>
    public object? Require(int place, string name) =>
        place < Positional.Count || Named.ContainsKey(name) ? Get(place, name)
            : throw new LanguageModelException($"the argument '{name}' is missing.");

    public string Text(int place, string name) =>
        Require(place, name) as string ?? throw new LanguageModelException($"the argument '{name}' must be a string.");
}
