using Convergence.Optimization.Configuration;
using Convergence.Testing;
using static Convergence.Optimization.Tests.Configuration.SampleConfig;

namespace Convergence.Optimization.Tests.Configuration;

public sealed class TemplateChecksTests
{
    private static OptimizationConfig Read(string text, string variables)
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.Combine("t.txt"), text);
        var space = $"search_space: {{parameters: {{tone: [kind]}}, templates: {{system: {{path: t.txt, variables: {variables}}}}}}}";
        return OptimizationConfigReader.Parse(Api + "\n" + space + "\n" + Evaluation, "job.yaml", directory.Path);
    }

    [Test]
    public void Read_VariablesThatEveryCallHas_AreRead()
    {
        var template = Read("Be {tone}: {prompt}", "[tone, prompt]").SearchSpace.Templates.Single();
        Assert.That((template.Name, template.Text), Is.EqualTo(("system", "Be {tone}: {prompt}")));
    }

    [Test]
    public void Read_VariableThatACaseLacks_IsAnError() =>
        Assert.That(
            ErrorsOf(() => Read("{context}", "[context]")).Single(),
            Does.StartWith("search_space.templates.system.variables: test case a has no field 'context'"));

    [Test]
    public void Read_VariableThatTheTextLacks_IsFound() =>
        Assert.That(
            Read("nothing", "[prompt]").FindingsAbout("search_space.templates.system.variables").Single(),
            Does.StartWith("'prompt' does nothing"));

    [Test]
    public void Read_TemplateThatIsNotThere_IsAnError() =>
        Assert.That(
            ErrorsOf(() => SampleConfig.Read(space: "search_space: {parameters: {x: [1]}, templates: {t: {path: nowhere.txt}}}")).Single(),
            Does.StartWith("search_space.templates.t.path: ").And.Contain("does not exist"));
}
