using System.Text;
using System.Text.RegularExpressions;
using Convergence.Foundation.Files;

namespace Convergence.Merging;

/// <summary>Finds the licence that a model's card states in its front matter.</summary>
internal static partial class CardLicence
{
    private const int MaxCardByteCount = 4 << 20;

    /// <param name="directory">The model's or the adapter's; <see langword="null"/> for a model in memory.</param>
    /// <returns>For example <c>apache-2.0</c>; <see langword="null"/> when there is no card or it states none.</returns>
    public static string? Of(string? directory)
    {
        var path = directory is null ? null : Path.Combine(directory, "README.md");
        if (path is null || !File.Exists(path))
        {
            return null;
        }

        try
        {
            return Parse(Encoding.UTF8.GetString(CappedFile.ReadAllBytes(path, MaxCardByteCount)));
        }
        catch (Exception exception) when (exception is ConvergenceException or IOException or UnauthorizedAccessException)
        {
            // An unreadable card states nothing; the merge does not need it.
            return null;
        }
    }

    internal static string? Parse(string card)
    {
        var match = FrontMatterLicence().Match(card);
        return match.Success ? match.Groups["licence"].Value : null;
    }

    [GeneratedRegex(
        @"\A---\r?\n(?:(?!---)[^\n]*\n)*?licen[sc]e:[ \t]*[""']?(?<licence>[A-Za-z0-9][A-Za-z0-9._+-]*)[""']?[ \t]*\r?\n",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FrontMatterLicence();
}
