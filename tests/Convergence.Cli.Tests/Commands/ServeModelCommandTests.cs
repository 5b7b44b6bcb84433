using System.Net.Http.Json;
using System.Text.Json;
using Convergence.Cli.Tests.Support;
using Convergence.Testing;

namespace Convergence.Cli.Tests.Commands;

public sealed class ServeModelCommandTests
{
    private static readonly string Sorter = RepositoryRoot.Combine("models", "adaptive_computation");

    [Test]
    public async Task Serve_AnswersUntilItIsToldToStop()
    {
        using var directory = new TemporaryDirectory();
        using var process = CliProcess.Start(directory.Path, "serve-model", $"sorter={Sorter}", "--port", "0", "--json");
        Assert.That(process.WaitForOutput("\n", TimeSpan.FromMinutes(1)), Is.True);
        var started = process.JsonLines()[0];
        using var client = new HttpClient();
        var request = new { model = "sorter", prompt = "sort dkab=", temperature = 0, stop = "\n" };
        using var response = await client.PostAsJsonAsync(new Uri(started.GetProperty("address").GetString() + "/completions"), request);
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        process.Signal(15);
        var result = process.Wait();
        Assert.Multiple(() =>
        {
            Assert.That(started.GetProperty("event").GetString(), Is.EqualTo("listening"));
            Assert.That(started.GetProperty("models")[0].GetProperty("name").GetString(), Is.EqualTo("sorter"));
            Assert.That(body.GetProperty("choices")[0].GetProperty("text").GetString(), Is.EqualTo("abdk"));
            Assert.That(result.ExitCode, Is.Zero, result.ToString());
            Assert.That(result.Error, Is.Empty);
        });
    }

    [TestCase("--host", "example.org", "not an IP address")]
    [TestCase("--port", "65536", "--port")]
    [TestCase("--max-concurrent", "0", "--max-concurrent")]
    public void BadOption_IsAClearError(string option, string value, string said)
    {
        var result = CliRunner.Run("serve-model", Sorter, option, value);
        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Error, Does.Contain(said));
    }

    [Test]
    public void ModelWithoutATokenizer_IsAClearError()
    {
        using var directory = new TemporaryDirectory();
        TinyModels.Write(directory.Path, new TinyModelOptions(), seed: 1);
        var result = CliRunner.Run("serve-model", directory.Path, "--port", "0");
        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Error, Does.Contain("tokenizer.json"));
    }
}
