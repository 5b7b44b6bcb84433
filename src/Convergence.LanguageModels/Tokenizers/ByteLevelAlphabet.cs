using System.Text;

namespace Convergence.LanguageModels.Tokenizers;

/// <summary>
/// GPT-2's one-to-one map from bytes to printable characters, in which byte-level vocabularies are written: printable Latin-1 stands
/// for itself, the other bytes for the characters from U+0100 on, in order.
/// </summary>
internal static class ByteLevelAlphabet
{
    private const int FirstSubstitute = 0x100;

    private static readonly char[] CharacterOfByte = MakeCharacters();
    private static readonly short[] ByteOfCharacter = MakeBytes();

    /// <summary>The UTF-8 bytes of a text, each as its character.</summary>
    public static string Encode(ReadOnlySpan<char> text)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        return string.Create(bytes.Length, bytes, static (characters, source) =>
        {
            for (var index = 0; index < source.Length; index++)
            {
                characters[index] = CharacterOfByte[source[index]];
            }
        });
    }

    /// <summary>
    /// Appends the bytes that a token's characters stand for; a token with any other character, such as an added one, stands for its
    /// own UTF-8.
    /// </summary>
    public static void AppendBytes(string token, List<byte> bytes)
    {
        var start = bytes.Count;
        foreach (var character in token)
        {
            var value = character < ByteOfCharacter.Length ? ByteOfCharacter[character] : (short)-1;
            if (value < 0)
            {
                bytes.RemoveRange(start, bytes.Count - start);
                bytes.AddRange(Encoding.UTF8.GetBytes(token));
                return;
            }

            bytes.Add((byte)value);
        }
    }

    private static char[] MakeCharacters()
    {
        var characters = new char[256];
        var next = FirstSubstitute;
        for (var value = 0; value < characters.Length; value++)
        {
            characters[value] = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF) ? (char)value : (char)next++;
        }

        return characters;
    }

    private static short[] MakeBytes()
    {
        var bytes = new short[CharacterOfByte.Max() + 1];
        Array.Fill(bytes, (short)-1);
        for (var value = 0; value < CharacterOfByte.Length; value++)
        {
            bytes[CharacterOfByte[value]] = (short)value;
        }

        return bytes;
    }
}
