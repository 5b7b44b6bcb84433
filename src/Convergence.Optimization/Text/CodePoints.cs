namespace Convergence.Optimization.Text;

/// <summary>The order in which Python sorts texts: by code point, where .NET's ordinal order goes by half of a surrogate pair.</summary>
internal static class CodePoints
{
    public static IComparer<string> Comparer { get; } = Comparer<string>.Create(Compare);

    private static int Compare(string left, string right)
    {
        using var lefts = left.EnumerateRunes().GetEnumerator();
        using var rights = right.EnumerateRunes().GetEnumerator();
        while (true)
        {
            var (hasLeft, hasRight) = (lefts.MoveNext(), rights.MoveNext());
            if (!hasLeft || !hasRight)
            {
                return hasLeft.CompareTo(hasRight);
            }

            if (lefts.Current != rights.Current)
            {
                return lefts.Current.CompareTo(rights.Current);
            }
        }
    }
}
