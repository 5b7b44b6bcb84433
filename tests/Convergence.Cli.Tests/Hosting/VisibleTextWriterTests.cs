using Convergence.Cli.Hosting;
using Convergence.Cli.Tests.Support;
using Convergence.Testing;

namespace Convergence.Cli.Tests.Hosting;

public sealed class VisibleTextWriterTests
{
    [TestCase("plain: ä, 95 %, 日本, 🙂, tab\tline\nend", "plain: ä, 95 %, 日本, 🙂, tab\tline\nend")]
    [TestCase("a\u001b[2Jb", "a\\u001B[2Jb")]
    [TestCase("over\rwritten\u0007\u009b", "over\\u000Dwritten\\u0007\\u009B")]
    [TestCase("turned \u202eround\u2069", "turned \\u202Eround\\u2069")]
    public void Write_ShowsWhatATerminalWouldObey(string text, string shown)
    {
        using var inner = new StringWriter { NewLine = "\n" };
        using var writer = new VisibleTextWriter(inner);
        writer.Write(text);
        writer.WriteLine(text);
        writer.Write(text.ToCharArray());
        foreach (var letter in text)
        {
            writer.Write(letter);
        }

        Assert.That(inner.ToString(), Is.EqualTo($"{shown}{shown}\n{shown}{shown}"));
    }

    [TestCase("no\u001b[31mfile.yaml")]
    public void Process_TellsOfANameWithControlCharactersWithoutThem(string name)
    {
        using var directory = new TemporaryDirectory();
        var refused = CliProcess.Run(directory.Path, "merge", name, "-o", "merged");
        Assert.That(refused.Error, Does.StartWith("error: no\\u001B[31mfile.yaml: "));
        File.WriteAllText(
            directory.Combine("recipe.yaml"), "merge_method: linear\nmodels:\n  - model: \"a\\e[31m\"\n    parameters: {weight: 1}\n");
        var shown = CliProcess.Run(directory.Path, "inspect", "recipe.yaml");
        Assert.That(shown.Output, Does.Contain("models   a\\u001B[31m\n").And.Not.Contain("\u001b"));
    }
}
