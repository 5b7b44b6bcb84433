namespace Convergence.Optimization.Text;

/// <summary>
/// The similarity of two texts by Ratcliff and Obershelp's pattern matching
/// (Dr. Dobb's Journal, July 1988), as Python's <c>difflib.SequenceMatcher</c> defines it.
/// </summary>
public static class SequenceMatcher
{
    // From this length on, characters that make up more than a hundredth of the second text do not begin a match.
    private const int PopularLength = 200;

    /// <summary>2 M / T, where M is the number of matched characters and T that of all.</summary>
    /// <param name="first">The first text.</param>
    /// <param name="second">The second text; the ratio may differ when they are exchanged.</param>
    /// <returns>From 0 to 1; 1 for two empty texts.</returns>
    public static double Ratio(string first, string second)
    {
        var length = first.Length + second.Length;
        return length == 0 ? 1 : 2.0 * MatchedCount(first, second) / length;
    }

    private static int MatchedCount(string first, string second)
    {
        var places = PlacesOf(second);
        var matched = 0;
        var open = new Stack<(int FirstLow, int FirstHigh, int SecondLow, int SecondHigh)>();
        open.Push((0, first.Length, 0, second.Length));
        while (open.TryPop(out var range))
        {
            var (start, otherStart, size) = LongestMatch(first, second, places, range);
            if (size > 0)
            {
                matched += size;
                open.Push((range.FirstLow, start, range.SecondLow, otherStart));
                open.Push((start + size, range.FirstHigh, otherStart + size, range.SecondHigh));
            }
        }

        return matched;
    }

    private static Dictionary<char, List<int>> PlacesOf(string text)
    {
        var places = new Dictionary<char, List<int>>();
        for (var i = 0; i < text.Length; i++)
        {
            (places.TryGetValue(text[i], out var known) ? known : places[text[i]] = []).Add(i);
        }

        if (text.Length >= PopularLength)
        {
            var bound = (text.Length / 100) + 1;
            foreach (var popular in places.Where(entry => entry.Value.Count > bound).Select(entry => entry.Key).ToList())
            {
                places.Remove(popular);
            }
        }

        return places;
    }

    // The longest common block; the first in the first text, then in the second, among equally long ones.
    private static (int First, int Second, int Size) LongestMatch(
        string first, string second, Dictionary<char, List<int>> places, (int FirstLow, int FirstHigh, int SecondLow, int SecondHigh) range)
    {
        var best = (First: range.FirstLow, Second: range.SecondLow, Size: 0);
        var lengths = new Dictionary<int, int>();
        for (var i = range.FirstLow; i < range.FirstHigh; i++)
        {
            var next = new Dictionary<int, int>();
            foreach (var j in places.GetValueOrDefault(first[i], []))
            {
                if (j < range.SecondLow)
                {
                    continue;
                }

                if (j >= range.SecondHigh)
                {
                    break;
                }

                var size = next[j] = lengths.GetValueOrDefault(j - 1) + 1;
                if (size > best.Size)
                {
                    best = (i - size + 1, j - size + 1, size);
                }
            }

            lengths = next;
        }

        return Extend(first, second, best, range);
    }

    // Popular characters begin no match, but they continue one.
    private static (int First, int Second, int Size) Extend(
        string first,
        string second,
        (int First, int Second, int Size) match,
        (int FirstLow, int FirstHigh, int SecondLow, int SecondHigh) range)
    {
        while (match.First > range.FirstLow && match.Second > range.SecondLow && first[match.First - 1] == second[match.Second - 1])
        {
            match = (match.First - 1, match.Second - 1, match.Size + 1);
        }

        while (match.First + match.Size < range.FirstHigh && match.Second + match.Size < range.SecondHigh
            && first[match.First + match.Size] == second[match.Second + match.Size])
        {
            match.Size++;
        }

        return match;
    }
}
