using System.Globalization;

namespace Convergence.LanguageModels.Tokenizers;

/// <summary>
/// Decompositions and combining classes of the Unicode Character Database. The runtime is built without ICU and then leaves texts
/// unnormalised, so the tables come with this assembly.
/// </summary>
internal sealed class UnicodeTable
{
    private const string ResourceName = "UnicodeDecompositions.txt";

    private static readonly Lazy<UnicodeTable> Instance = new(() => new UnicodeTable());

    private readonly Dictionary<int, Entry> _entries = [];
    private readonly Dictionary<long, int> _compositions = [];

    private UnicodeTable()
    {
        using var stream = typeof(UnicodeTable).Assembly.GetManifestResourceStream(ResourceName)
            ?? throw new InvalidOperationException($"The assembly lacks its resource {ResourceName}.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
            {
                Add(line.Split(' '));
            }
        }
    }

    public static UnicodeTable Shared => Instance.Value;

    /// <summary>The canonical combining class; 0 for starters.</summary>
    public int CombiningClass(int codePoint) => _entries.TryGetValue(codePoint, out var entry) ? entry.CombiningClass : 0;

    /// <summary>One step of decomposition, or an empty span.</summary>
    public ReadOnlySpan<int> Decomposition(int codePoint, bool compatibility) =>
        _entries.TryGetValue(codePoint, out var entry) && (compatibility || !entry.IsCompatibility) ? entry.Decomposition : [];

    /// <summary>What a starter and the character after it compose to, or -1.</summary>
    public int Composition(int first, int second) => _compositions.GetValueOrDefault(Key(first, second), -1);

    private static long Key(int first, int second) => ((long)first << 32) | (uint)second;

    private static int Hex(string text) => int.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    // code point, combining class, kind, decomposition
    private void Add(string[] fields)
    {
        var codePoint = Hex(fields[0]);
        var decomposition = fields[3..].Select(Hex).ToArray();
        var kind = fields[2];
        _entries.Add(codePoint, new Entry(int.Parse(fields[1], CultureInfo.InvariantCulture), kind == "k", decomposition));
        if (kind == "c" && decomposition.Length == 2)
        {
            _compositions.Add(Key(decomposition[0], decomposition[1]), codePoint);
        }
    }

    private readonly record struct Entry(int CombiningClass, bool IsCompatibility, int[] Decomposition);
}
