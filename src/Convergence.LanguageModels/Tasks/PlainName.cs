using System.Globalization;
using System.Text.Json.Nodes;

namespace Convergence.LanguageModels.Tasks;

/// <summary>
/// Whether a name from a file can go to terminals and reports as it is: control characters could rewrite what a reader sees.
/// </summary>
public static class PlainName
{
    /// <summary>Whether it holds a control or a formatting character (Unicode Cc and Cf), or a line separator.</summary>
    public static bool IsNot(string name) => name.Any(letter => char.GetUnicodeCategory(letter)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    /// <summary>The name in quotes, with what cannot be printed escaped.</summary>
    public static string Quote(string name) => JsonValue.Create(name).ToJsonString();
}
