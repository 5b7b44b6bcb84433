using System.Text;

namespace Convergence.LanguageModels.Tokenizers;

/// <summary>The four normalization forms of Unicode Standard Annex 15.</summary>
internal sealed class UnicodeNormalizer(NormalizationForm form) : ITextNormalizer
{
    // Section 3.12 of the Unicode standard: Hangul syllables are composed by arithmetic.
    private const int SyllableBase = 0xAC00;
    private const int LeadBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TailBase = 0x11A7;
    private const int LeadCount = 19;
    private const int VowelCount = 21;
    private const int TailCount = 28;
    private const int SyllableCount = LeadCount * VowelCount * TailCount;

    private readonly bool _isCompatibility = form is NormalizationForm.FormKC or NormalizationForm.FormKD;
    private readonly bool _composes = form is NormalizationForm.FormC or NormalizationForm.FormKC;

    // Below it every character is its own normal form: U+00C0 is the first that decomposes, U+00A0 the first by compatibility.
    private readonly char _firstChangeable = form switch
    {
        NormalizationForm.FormC => '\u0300',
        NormalizationForm.FormD => '\u00C0',
        _ => '\u00A0',
    };

    public string Normalize(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange(_firstChangeable, char.MaxValue))
        {
            return text;
        }

        var table = UnicodeTable.Shared;
        var codePoints = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            Decompose(table, rune.Value, codePoints);
        }

        Order(table, codePoints);
        if (_composes)
        {
            Compose(table, codePoints);
        }

        var result = new StringBuilder(text.Length);
        foreach (var codePoint in codePoints)
        {
            result.Append(new Rune(codePoint).ToString());
        }

        return result.ToString();
    }

    private void Decompose(UnicodeTable table, int codePoint, List<int> output)
    {
        var syllable = codePoint - SyllableBase;
        if (syllable is >= 0 and < SyllableCount)
        {
            output.Add(LeadBase + (syllable / (VowelCount * TailCount)));
            output.Add(VowelBase + (syllable % (VowelCount * TailCount) / TailCount));
            if (syllable % TailCount != 0)
            {
                output.Add(TailBase + (syllable % TailCount));
            }

            return;
        }

        var decomposition = table.Decomposition(codePoint, _isCompatibility);
        if (decomposition.IsEmpty)
        {
            output.Add(codePoint);
            return;
        }

        foreach (var part in decomposition)
        {
            Decompose(table, part, output);
        }
    }

    // Marks are ordered by combining class, stably, between starters.
    private static void Order(UnicodeTable table, List<int> codePoints)
    {
        for (var index = 1; index < codePoints.Count; index++)
        {
            var combiningClass = table.CombiningClass(codePoints[index]);
            for (var place = index; combiningClass > 0 && place > 0; place--)
            {
                if (table.CombiningClass(codePoints[place - 1]) <= combiningClass)
                {
                    break;
                }

                (codePoints[place - 1], codePoints[place]) = (codePoints[place], codePoints[place - 1]);
            }
        }
    }

    private static void Compose(UnicodeTable table, List<int> codePoints)
    {
        var starter = -1;
        var lastClass = 0;
        var length = 0;
        for (var index = 0; index < codePoints.Count; index++)
        {
            var codePoint = codePoints[index];
            var combiningClass = table.CombiningClass(codePoint);
            var isBlocked = starter >= 0 && length - 1 > starter && lastClass >= combiningClass;
            if (starter >= 0 && !isBlocked && ComposePair(table, codePoints[starter], codePoint) is >= 0 and var composed)
            {
                codePoints[starter] = composed;
                continue;
            }

            if (combiningClass == 0)
            {
                starter = length;
            }

            lastClass = combiningClass;
            codePoints[length++] = codePoint;
        }

        codePoints.RemoveRange(length, codePoints.Count - length);
    }

    private static int ComposePair(UnicodeTable table, int first, int second)
    {
        var lead = first - LeadBase;
        var vowel = second - VowelBase;
        if (lead is >= 0 and < LeadCount && vowel is >= 0 and < VowelCount)
        {
            return SyllableBase + (((lead * VowelCount) + vowel) * TailCount);
        }

        var syllable = first - SyllableBase;
        var tail = second - TailBase;
        if (syllable is >= 0 and < SyllableCount && syllable % TailCount == 0 && tail is > 0 and < TailCount)
        {
            return first + tail;
        }

        return table.Composition(first, second);
    }
}
