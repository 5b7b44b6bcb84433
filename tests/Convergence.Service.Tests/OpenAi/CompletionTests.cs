using System.Diagnostics;
using System.Text.Json;
using Convergence.LanguageModels;
using Convergence.LanguageModels.Generation;
using Convergence.LanguageModels.Tokenizers;
using Convergence.Service.Tests.Support;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Models;
using Convergence.Testing;

namespace Convergence.Service.Tests.OpenAi;

public sealed class CompletionTests
{
    private const string Sorter = "adaptive_computation";

    private RunningServer _server = null!;

    [OneTimeSetUp]
    public async Task Start() => _server = await RunningServer.OfSpecialistsAsync();

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _server.DisposeAsync();
        Assert.That(_server.Failures, Is.Empty);
    }

    [TestCase("calc 31 -1 -8=", 0.0, 1.0, 0)]
    [TestCase("The", 0.8, 0.95, 3)]
    [TestCase("Once", 1.0, 1.0, 12)]
    [TestCase("", 1.0, 0.9, 5)]
    public async Task Text_IsWhatTheCommandGenerateSays(string prompt, double temperature, double topP, int seed)
    {
        var text = await _server.CompleteTextAsync(new { model = "reasoning", prompt, temperature, top_p = topP, seed, max_tokens = 40 });
        string[] args =
        [
            Path.Combine(AppContext.BaseDirectory, "convergence.dll"), "generate", RepositoryRoot.Combine("models", "reasoning"), "--json",
                "--prompt", prompt,
            "--max-new-tokens", "40", "--temperature", $"{temperature}", "--top-p", $"{topP}", "--seed", $"{seed}",
        ];
        using var process = Process.Start(new ProcessStartInfo("dotnet", args) { RedirectStandardOutput = true })!;
        var said = JsonSerializer.Deserialize<JsonElement>(await process.StandardOutput.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.That(text, Is.EqualTo(said.GetProperty("completion").GetString()));
    }

    [Test]
    public async Task SeveralPromptsAndAnswers_AreChoicesInOrder()
    {
        var prompts = new[] { "sort dkab=", "close [{}(=" };
        var body = await _server.CompleteAsync(
            new { model = Sorter, prompt = prompts, n = 2, temperature = 0, stop = new[] { "\n", "x" } });
        var choices = body.GetProperty("choices").EnumerateArray().ToList();
        Assert.Multiple(() =>
        {
            Assert.That(choices.Select(choice => choice.GetProperty("text").GetString()), Is.EqualTo(new[] { "abdk", "abdk", ")]", ")]" }));
            Assert.That(choices.Select(choice => choice.GetProperty("index").GetInt32()), Is.EqualTo(new[] { 0, 1, 2, 3 }));

            // Each prompt counts once, as OpenAI counts; BOS belongs to it.
            Assert.That(body.GetProperty("usage").GetProperty("prompt_tokens").GetInt32(), Is.EqualTo(11 + 12));
            Assert.That(body.GetProperty("usage").GetProperty("completion_tokens").GetInt32(), Is.EqualTo(5 + 5 + 3 + 3));
        });
    }

    [Test]
    public async Task SampledAnswers_TakeStreamsOfOneSeed()
    {
        var body = await _server.CompleteAsync(new { model = "reasoning", prompt = "The", n = 3, seed = 4, max_tokens = 40 });
        var again = await _server.CompleteAsync(new { model = "reasoning", prompt = "The", n = 3, seed = 4, max_tokens = 40 });
        var texts = Texts(body);
        Assert.Multiple(() =>
        {
            Assert.That(texts.Distinct().Count(), Is.EqualTo(3));
            Assert.That(Texts(again), Is.EqualTo(texts));
        });
    }

    [Test]
    public async Task WithoutASeed_EveryRequestSamplesAnew()
    {
        var request = new { model = "reasoning", prompt = "The", max_tokens = 40 };
        var first = await _server.CompleteTextAsync(request);
        var second = await _server.CompleteTextAsync(request);
        Assert.That(second, Is.Not.EqualTo(first));
    }

    [Test]
    public async Task TokenIds_AreAPromptToo()
    {
        // The shipped tokenizer's ids are bytes; 256 is BOS.
        var tokens = new[] { 256 }.Concat("sort dkab="u8.ToArray().Select(value => (int)value)).ToArray();
        Assert.That(
            await _server.CompleteTextAsync(new { model = Sorter, prompt = tokens, temperature = 0, stop = "\n" }), Is.EqualTo("abdk"));
        Assert.That(await _server.CompleteTextAsync(new { model = Sorter, prompt = new[] { tokens }, temperature = 0, stop = "\n" }),
            Is.EqualTo("abdk"));
    }

    [Test]
    public async Task LogProbabilities_AreInTheOlderShape()
    {
        var body = await _server.CompleteAsync(new { model = Sorter, prompt = "sort dkab=", temperature = 0, logprobs = 2, stop = "\n" });
        var kept = body.GetProperty("choices")[0].GetProperty("logprobs");
        Assert.Multiple(() =>
        {
            Assert.That(kept.GetProperty("tokens").EnumerateArray().Select(token => token.GetString()),
                Is.EqualTo(new[] { "a", "b", "d", "k", "\n" }));
            Assert.That(
                kept.GetProperty("text_offset").EnumerateArray().Select(offset => offset.GetInt32()), Is.EqualTo(new[] { 0, 1, 2, 3, 4 }));
            Assert.That(kept.GetProperty("top_logprobs")[0].GetProperty("a").GetDouble(),
                Is.EqualTo(kept.GetProperty("token_logprobs")[0].GetDouble()));
            Assert.That(kept.GetProperty("top_logprobs")[0].EnumerateObject().Count(), Is.EqualTo(2));
        });
    }

    [Test]
    public async Task Bias_AndPenalties_ReachTheModel()
    {
        var forced = await _server.CompleteTextAsync(new
        {
            model = Sorter,
            prompt = "sort dkab=",
            temperature = 0,
            max_tokens = 3,
            logit_bias = new Dictionary<string, int> { ["122"] = 100 }
        });
        var plain = await _server.CompleteTextAsync(new { model = "reasoning", prompt = "The", temperature = 0, max_tokens = 100 });
        var penalised = await _server.CompleteTextAsync(
            new { model = "reasoning", prompt = "The", temperature = 0, max_tokens = 100, frequency_penalty = 2, presence_penalty = 2 });
        Assert.Multiple(() =>
        {
            Assert.That(forced, Is.EqualTo("zzz"));
            Assert.That(penalised.Distinct().Count(), Is.GreaterThan(plain.Distinct().Count()));
        });
    }

    [Test]
    public async Task Stream_OfTwoAnswers_IsTheSameInPieces()
    {
        const string request = """{"model":"reasoning","prompt":["The","A"],"seed":1,"max_tokens":30,"stop":["e a","xyz"]""";
        var whole = (await _server.PostAsync("/v1/completions", request + "}")).Body;
        using var content = new StringContent(
            request + ""","stream":true,"stream_options":{"include_usage":true}}""", System.Text.Encoding.UTF8, "application/json");
        using var response = await _server.Client.PostAsync(new Uri("/v1/completions", UriKind.Relative), content);
        var chunks = EventLines.Parse(await response.Content.ReadAsStringAsync());
        var choices = chunks.SelectMany(chunk => chunk.GetProperty("choices").EnumerateArray()).ToLookup(choice =>
            choice.GetProperty("index").GetInt32());
        Assert.Multiple(() =>
        {
            Assert.That(response.Content.Headers.ContentType!.MediaType, Is.EqualTo("text/event-stream"));
            Assert.That(choices.OrderBy(text => text.Key).Select(text =>
                string.Concat(text.Select(choice => choice.GetProperty("text").GetString()))), Is.EqualTo(Texts(whole)));
            Assert.That(choices[0].Count(), Is.GreaterThan(1));
            Assert.That(chunks[^1].GetProperty("choices").GetArrayLength(), Is.Zero);
            Assert.That(chunks[^1].GetProperty("usage").ToString(), Is.EqualTo(whole.GetProperty("usage").ToString()));
            Assert.That(chunks[..^1].Select(chunk => chunk.GetProperty("usage").ValueKind), Has.All.EqualTo(JsonValueKind.Null));
        });
    }

    // More requests at once than there are places, of all kinds and lengths: each gets what it would get alone.
    [Test]
    public async Task ManyAtOnce_GetWhatEachWouldGetAlone()
    {
        using var directory = ModelDirectory.Open(RepositoryRoot.Combine("models", "reasoning"));
        using var device = new CpuDevice(1);
        using var model = LanguageModel.Load(device, directory.Config, directory.Weights, "reasoning");
        var generator = new TextGenerator(model, ModelTokenizer.FromDirectory(directory));
        var asked = Enumerable.Range(0, 40).Select(index =>
            (Prompt: index % 3 == 0 ? "The" : $"calc {index} +{index % 7}=", Seed: (ulong)index, Length: 5 + (index * 4))).ToList();
        var answers = await Task.WhenAll(asked.Select(ask => _server.CompleteTextAsync(new
        {
            model = "reasoning",
            prompt = ask.Prompt,
            seed = ask.Seed,
            temperature = ask.Seed % 2 == 0 ? 0 : 0.9,
            max_tokens = ask.Length,
        })));
        var alone = asked.Select(ask =>
        {
            var options = new GenerationOptions { MaxNewTokens = ask.Length, Seed = ask.Seed, Temperature = ask.Seed % 2 == 0 ? 0 : 0.9 };
            return generator.Generate([ask.Prompt], options, [])[0].Text;
        });
        Assert.That(answers, Is.EqualTo(alone));
    }

    private static List<string?> Texts(JsonElement body) =>
        [.. body.GetProperty("choices").EnumerateArray().Select(choice => choice.GetProperty("text").GetString())];
}
