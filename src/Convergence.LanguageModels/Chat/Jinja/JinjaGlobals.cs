namespace Convergence.LanguageModels.Chat.Jinja;

/// <summary>The functions that every template may call.</summary>
internal static class JinjaGlobals
{
    private const int MaxRangeCount = 100_000;

    /// <summary>A function by its name, or <see langword="null"/>.</summary>
    public static JinjaFunction? Find(string name) => name switch
    {
        "range" => Range,
        "namespace" => arguments => Fill(new JinjaMap { IsNamespace = true }, arguments),
        "dict" => arguments => Fill([], arguments),

        // What transformers adds, so that a template can say which conversations it cannot write.
        "raise_exception" => arguments =>
            throw new LanguageModelException($"the template refuses the conversation: {JinjaValue.ToText(arguments.Get(0, "message"))}"),
        _ => null,
    };

    private static List<object?> Range(JinjaArguments arguments)
    {
        var values = arguments.Positional.Select(JinjaOperators.Whole).ToList();
        var (start, stop, step) = values switch
        {
            [var only] => (0L, only, 1L),
            [var from, var to] => (from, to, 1L),
            [var from, var to, not 0 and var by] => (from, to, by),
            _ => throw new LanguageModelException("range takes one to three whole numbers, and no step of 0."),
        };
        var count = step > 0 ? (stop - start + step - 1) / step : (start - stop - step - 1) / -step;
        return count <= MaxRangeCount
            ? [.. Enumerable.Range(0, (int)Math.Max(0, count)).Select(index => (object?)(start + (index * step)))]
            : throw new LanguageModelException($"a range of more than {MaxRangeCount} numbers.");
    }

    private static JinjaMap Fill(JinjaMap map, JinjaArguments arguments)
    {
        if (arguments.Positional is [JinjaMap other])
        {
            foreach (var (key, value) in other)
            {
                map[key] = value;
            }
        }

        foreach (var (key, value) in arguments.Named)
        {
            map[key] = value;
        }

        return map;
    }
}
