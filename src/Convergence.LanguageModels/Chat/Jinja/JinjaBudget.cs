namespace Convergence.LanguageModels.Chat.Jinja;

/// <summary>
/// What a rendering may spend: steps, letters and items that it makes, all from one purse. Templates come with models from anywhere, and
/// none may hold a server up or take its memory. A rendering stays on its thread.
/// </summary>
internal static class JinjaBudget
{
    // Real templates spend some ten thousand. All of it is about a second, and some hundred megabytes at most.
    private const long Whole = 50_000_000;

    /// <summary>What a call of a function or a filter costs.</summary>
    public const long CallCost = 20;

    /// <summary>What an item of a loop costs, with the names that it is given.</summary>
    public const long LoopCost = 100;

    [ThreadStatic]
    private static long _left;

    /// <summary>Fills the purse for a rendering.</summary>
    public static void Fill() => _left = Whole;

    /// <summary>Takes from it.</summary>
    /// <exception cref="LanguageModelException">It is empty.</exception>
    public static void Spend(long cost = 1)
    {
        _left -= Math.Max(0, cost);
        if (_left < 0)
        {
            throw new LanguageModelException("it takes more steps, or makes more text, than any template should.");
        }
    }

    /// <summary>Takes what a text costs that has been made.</summary>
    public static string Pay(string text)
    {
        Spend(text.Length);
        return text;
    }
}
