using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Convergence.Cli.Tests.Support;
using Convergence.Testing;

namespace Convergence.Cli.Tests.Documentation;

/// <summary>Every file of examples/ does what its first lines say.</summary>
[NonParallelizable]
public sealed class ExampleTests
{
    private static readonly string[] AllowedNotes = ["slerp fell back to lerp", "int8_mask: has no effect"];

    private static IEnumerable<string> Recipes() =>
        Files("*.yaml").Where(file => ReadCommand(file).StartsWith("merge ", StringComparison.Ordinal));

    private static IEnumerable<string> Files(string pattern) =>
        Directory.GetFiles(RepositoryRoot.Combine("examples"), pattern)
            .Select(file => Path.GetFileName(file))
            .Order(StringComparer.Ordinal);

    [Test]
    public void Recipes_AreThere() => Assert.That(Recipes().Count(), Is.GreaterThanOrEqualTo(5));

    [TestCaseSource(nameof(Recipes))]
    public void Recipe_MergesTheShippedModelsAndReproduces(string file)
    {
        using var directory = new TemporaryDirectory();
        var merged = directory.Combine("merged");
        var result = CliRunner.Run("merge", RepositoryRoot.Combine("examples", file), "-o", merged, "--root", RepositoryRoot.Path);
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        var notes = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(notes.Where(note => !AllowedNotes.Any(note.Contains)), Is.Empty, "An example is no place for a recipe with warnings.");

        Assert.That(CliRunner.Run("generate", merged, "--prompt", "sort dkab=", "--max-new-tokens", "4").ExitCode, Is.Zero);
        var proved = CliRunner.Run("reproduce", Path.Combine(merged, "recipe.lock"), "--root", RepositoryRoot.Path, "--threads", "1");
        Assert.That(proved.ExitCode, Is.Zero, proved.ToString());
    }

    [TestCase("README.md", "merge-ties.yaml")]
    [TestCase("docs/coming-from-mergekit.md", "merge-dare-ties.yaml")]
    public void Transcript_ShowsTheHashThatTheMergeGives(string document, string file)
    {
        var shown = Regex.Match(
            File.ReadAllText(RepositoryRoot.Combine(document)), @"^model\.safetensors .* sha256 ([0-9a-f]{64})$", RegexOptions.Multiline);
        Assert.That(shown.Success, $"{document} has no transcript of reproduce.");

        using var directory = new TemporaryDirectory();
        var merged = directory.Combine("merged");
        var result = CliRunner.Run("merge", RepositoryRoot.Combine("examples", file), "-o", merged, "--root", RepositoryRoot.Path);
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        var hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(merged, "model.safetensors"))));
        Assert.That(shown.Groups[1].Value, Is.EqualTo(hash), $"Record the transcripts of {document} anew.");
    }

    [Test]
    public void Files_SayHowTheyAreRun_AndAreMentionedInTheDocuments()
    {
        var documents = string.Concat(Directory.GetFiles(RepositoryRoot.Combine("docs"), "*.md", SearchOption.AllDirectories)
            .Append(RepositoryRoot.Combine("README.md")).Select(File.ReadAllText));
        Assert.Multiple(() =>
        {
            foreach (var file in Files("*.yaml"))
            {
                Assert.That(ReadCommand(file), Does.Contain($"examples/{file}"), $"{file} does not say how it is run.");
                Assert.That(documents.Contains($"examples/{file}", StringComparison.Ordinal), $"No document mentions examples/{file}.");
            }
        });
    }

    /// <summary>The first command line in a file's comments, without the program's name.</summary>
    private static string ReadCommand(string file)
    {
        const string start = "#   ./convergence ";
        return File.ReadLines(RepositoryRoot.Combine("examples", file))
            .FirstOrDefault(line => line.StartsWith(start, StringComparison.Ordinal))?[start.Length..] ?? "";
    }
}
