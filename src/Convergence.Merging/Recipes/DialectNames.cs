namespace Convergence.Merging;

/// <summary>The names of dialects in recipe files.</summary>
public static class DialectNames
{
    private static readonly string[] Names = ["evomerge", "mergekit"];

    /// <summary>Every name, in the order of <see cref="RecipeDialect"/>.</summary>
    public static IReadOnlyList<string> All => Names;

    /// <summary>For example <c>mergekit</c>.</summary>
    public static string Name(this RecipeDialect dialect) => Names[(int)dialect];

    /// <summary>The dialect of that name, or <see langword="null"/>.</summary>
    public static RecipeDialect? Parse(string name)
    {
        var index = Array.IndexOf(Names, name);
        return index < 0 ? null : (RecipeDialect)index;
    }
}
