using System.Text.Json;
using Convergence.Cli.Tests.Support;
using Convergence.Testing;

namespace Convergence.Cli.Tests.Optimizing;

/// <summary>The example of the README, with fewer generations.</summary>
[NonParallelizable]
public sealed class SpecialistsExampleTests
{
    [Test]
    public async Task Example_WithAChampionAmongTheModels_ChoosesIt_AndWithoutOne_SaysWhyItHasNoScore()
    {
        using var directory = new TemporaryDirectory();
        File.Copy(RepositoryRoot.Combine("examples", "optimize", "specialists.json"), directory.Combine("specialists.json"));
        var merged = directory.Combine("champion");
        var recipe = directory.Combine("recipe.yaml");
        File.WriteAllText(
            recipe,
            "merge_method: task_arithmetic\nbase_model: models/base\nmodels:\n" + string.Concat(
                SpecialistServer.Names.Select(name => $"  - model: models/{name}\n    parameters: {{weight: 0.5}}\n")));
        Assert.That(CliRunner.Run("merge", recipe, "-o", merged, "--root", RepositoryRoot.Path).ExitCode, Is.Zero);

        await using (var server = await SpecialistServer.StartAsync($"champion={merged}"))
        {
            var result = Optimize(directory, server.Port, "with");
            Assert.That(result.GetProperty("best_config").GetProperty("model").GetString(), Is.EqualTo("champion"));
            Assert.That(result.GetProperty("verdict").GetProperty("advice").GetString(), Is.EqualTo("ship"));
            Assert.That(result.GetProperty("estimate").GetProperty("held_out").GetBoolean());
        }

        await using (var server = await SpecialistServer.StartAsync())
        {
            var result = Optimize(directory, server.Port, "without");
            Assert.That(result.GetProperty("best_config").GetProperty("model").GetString(), Is.Not.EqualTo("champion"));
            Assert.That(File.ReadAllText(directory.Combine("without", "report.md")), Does.Contain("champion").And.Contain("no score"));
        }
    }

    private static JsonElement Optimize(TemporaryDirectory directory, int port, string name)
    {
        var example = File.ReadAllText(RepositoryRoot.Combine("examples", "optimize", "specialists.yaml"));
        Assert.That(example, Does.Contain("127.0.0.1:8080").And.Contain("generations: 6"));
        var config = directory.Combine($"{name}.yaml");
        File.WriteAllText(
            config,
            example.Replace("127.0.0.1:8080", $"127.0.0.1:{port}", StringComparison.Ordinal)
                .Replace("generations: 6", "generations: 2", StringComparison.Ordinal));
        var result = CliRunner.Run("optimize", config, "-o", directory.Combine(name), "--json");
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        return result.JsonLines()[^1];
    }
}
