using System.Text;
using Convergence.LanguageModels.Generation;
using Convergence.LanguageModels.Tests.Tokenizers;
using FsCheck;
using FsCheck.Fluent;

namespace Convergence.LanguageModels.Tests.Generation;

public sealed class GrowingTextTests
{
    // A token is a byte, so that characters and stop texts come in pieces.
    private static readonly TokenTexts Bytes = new(TokenizerJson.Load(TokenizerJson.ByteLevelWithBos()));

    [Test]
    public void SettledByteCount_AtAnyMoment_IsWholeCharactersThatStay() =>
        Prop.ForAll(
            Gen.Elements("a", "b", "é", "€", "😀").ArrayOf().ToArbitrary(),
            Gen.Elements("ab", "aab", "é", "b€b").ArrayOf().ToArbitrary(),
            (pieces, stops) => SettledStays(string.Concat(pieces), stops))
        .QuickCheckThrowOnFailure();

    [TestCase("xa", 1)]
    [TestCase("xab", 1)]
    [TestCase("xabx", 4)]
    [TestCase("xé", 3)]
    public void SettledByteCount_BegunStopText_IsHeldBack(string text, int expected)
    {
        var growing = new GrowingText(Bytes, ["abc"u8.ToArray()]);
        Append(growing, Encoding.UTF8.GetBytes(text));
        Assert.That(growing.SettledByteCount, Is.EqualTo(expected));
    }

    [Test]
    public void SettledByteCount_BytesThatAreNoCharacter_AreNotHeldBack()
    {
        var growing = new GrowingText(Bytes, []);
        Append(growing, [0x61, 0xFF, 0xFE]);
        Assert.That(growing.SettledByteCount, Is.EqualTo(3));
    }

    private static bool SettledStays(string text, string[] stops)
    {
        var growing = new GrowingText(Bytes, [.. stops.Select(Encoding.UTF8.GetBytes)]);
        var settled = Array.Empty<byte>();
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            var ended = growing.Append(value);
            var now = growing.Content[..(ended ? growing.Content.Length : growing.SettledByteCount)].ToArray();
            var isWhole = Encoding.UTF8.GetString(now).IndexOf('\uFFFD', StringComparison.Ordinal) < 0;
            if (!now.AsSpan().StartsWith(settled) || !isWhole)
            {
                return false;
            }

            settled = now;
            if (ended)
            {
                break;
            }
        }

        // With nothing to wait for, nothing is held back at the end.
        return stops.Length > 0 || settled.Length == Encoding.UTF8.GetByteCount(text);
    }

    private static void Append(GrowingText growing, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            growing.Append(value);
        }
    }
}
