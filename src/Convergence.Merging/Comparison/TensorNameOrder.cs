namespace Convergence.Merging;

/// <summary>Orders tensor names part by part, numbers by their value: layer 2 comes before layer 10.</summary>
public sealed class TensorNameOrder : IComparer<string>
{
    private TensorNameOrder()
    {
    }

    /// <summary>The only one; it has no state.</summary>
    public static TensorNameOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        var (left, right) = ((x ?? "").Split('.'), (y ?? "").Split('.'));
        for (var part = 0; part < Math.Min(left.Length, right.Length); part++)
        {
            var isNumber = IsNumber(left[part]) && IsNumber(right[part]);
            var byLength = isNumber ? left[part].Length.CompareTo(right[part].Length) : 0;
            var order = byLength != 0 ? byLength : string.CompareOrdinal(left[part], right[part]);
            if (order != 0)
            {
                return order;
            }
        }

        return left.Length.CompareTo(right.Length);
    }

    private static bool IsNumber(string text) => text.Length > 0 && text.All(char.IsAsciiDigit) && (text.Length == 1 || text[0] != '0');
}
