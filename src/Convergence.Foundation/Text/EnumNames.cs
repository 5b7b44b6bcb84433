namespace Convergence.Foundation.Text;

/// <summary>What files call the members of an enumeration.</summary>
public static class EnumNames
{
    /// <summary>Lower case, without separators: <c>frankenmerge</c>.</summary>
    public static string Of<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}
