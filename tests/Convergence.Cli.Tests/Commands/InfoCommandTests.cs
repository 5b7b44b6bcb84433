using Convergence.Cli.Tests.Support;

namespace Convergence.Cli.Tests.Commands;

public sealed class InfoCommandTests
{
    [Test]
    public void Info_NamesWhatThereIs()
    {
        var result = CliRunner.Run("info");
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        Assert.That(result.Output, Does.Contain("mab_evolution").And.Contain("openai_chat"));
        Assert.That(result.Output, Does.Contain("postgresql").And.Contain("agno-gmail"));
        Assert.That(CliRunner.Run("info", "--json").JsonLines()[0].GetProperty("metrics").GetArrayLength(), Is.GreaterThan(8));
    }

    [Test]
    public void Info_ListsTheGpus_OrSaysWhyThereIsNone()
    {
        var found = CliRunner.Run("info", "--json").JsonLines()[0];
        Assert.That(found.GetProperty("gpus").GetArrayLength() > 0, Is.Not.EqualTo(found.TryGetProperty("no_gpu", out _)));
        Assert.That(CliRunner.Run("info").Output, Does.Match("(?m)^(gpus |no gpu ) +(cuda:0, |.*driver)"));
    }

    [Test]
    public void Version_SaysTheSameAsTheOption()
    {
        var result = CliRunner.Run("version");
        Assert.That(result.Output, Is.EqualTo(CliRunner.Run("--version").Output).And.Match(@"^convergence \d+\.\d+\.\d+\n$"));
        Assert.That(result.Output, Does.Contain(CliRunner.Run("version", "--json").JsonLines()[0].GetProperty("version").GetString()));
    }
}
