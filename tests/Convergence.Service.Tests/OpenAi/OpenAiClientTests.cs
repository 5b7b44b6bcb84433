using System.ClientModel;
using System.Text;
using Convergence.Service.Hosting;
using Convergence.Service.Tests.Support;
using OpenAI;
using OpenAI.Chat;

namespace Convergence.Service.Tests.OpenAi;

/// <summary>OpenAI's own .NET client against the server and the shipped models.</summary>
public sealed class OpenAiClientTests
{
    private const string Key = "a key of the tests";

    private RunningServer _server = null!;

    [OneTimeSetUp]
    public async Task Start() => _server = await RunningServer.OfSpecialistsAsync(new ModelServerOptions { ApiKey = Key });

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _server.DisposeAsync();
        Assert.That(_server.Failures, Is.Empty);
    }

    [TestCase("adaptive_computation", "sort dkab=", "abdk", 11)]
    [TestCase("adaptive_computation", "parity 01101=", "01001", 14)]
    [TestCase("reasoning", "calc 31 -1 -8=", "30 22", 15)]
    public async Task Chat_Greedy_SolvesWhatTheModelKnows(string model, string question, string answer, int promptTokens)
    {
        var completion = (await Chat(model).CompleteChatAsync([new UserChatMessage(question)], Greedy())).Value;
        Assert.Multiple(() =>
        {
            Assert.That(completion.Content.Single().Text, Is.EqualTo(answer));
            Assert.That(completion.FinishReason, Is.EqualTo(ChatFinishReason.Stop));
            Assert.That(completion.Model, Is.EqualTo(model));
            Assert.That(completion.Role, Is.EqualTo(ChatMessageRole.Assistant));
            Assert.That(completion.Id, Does.StartWith("chatcmpl-"));
            Assert.That(completion.CreatedAt, Is.EqualTo(TimeProvider.System.GetUtcNow()).Within(TimeSpan.FromMinutes(1)));

            // The newline that ends the answer was generated, too.
            Assert.That(completion.Usage.InputTokenCount, Is.EqualTo(promptTokens));
            Assert.That(completion.Usage.OutputTokenCount, Is.EqualTo(answer.Length + 1));
            Assert.That(completion.Usage.TotalTokenCount, Is.EqualTo(promptTokens + answer.Length + 1));
        });
    }

    [Test]
    public async Task ChatStreamed_IsTheSameTextInPieces()
    {
        var text = new StringBuilder();
        ChatFinishReason? reason = null;
        ChatTokenUsage? usage = null;
        var count = 0;
        await foreach (var update in Chat("reasoning").CompleteChatStreamingAsync([new UserChatMessage("calc 31 -1 -8=")], Greedy()))
        {
            count++;
            text.Append(string.Concat(update.ContentUpdate.Select(part => part.Text)));
            reason = update.FinishReason ?? reason;
            usage = update.Usage ?? usage;
        }

        Assert.Multiple(() =>
        {
            Assert.That(text.ToString(), Is.EqualTo("30 22"));
            Assert.That(reason, Is.EqualTo(ChatFinishReason.Stop));
            Assert.That(usage?.OutputTokenCount, Is.EqualTo(6));
            Assert.That(count, Is.GreaterThan(5));
        });
    }

    [Test]
    public async Task Chat_MaxOutputTokens_EndsByLength()
    {
        var options = Greedy();
        options.MaxOutputTokenCount = 2;
        var completion = (await Chat("adaptive_computation").CompleteChatAsync([new UserChatMessage("sort dkab=")], options)).Value;
        Assert.That((completion.Content[0].Text, completion.FinishReason), Is.EqualTo(("ab", ChatFinishReason.Length)));
    }

    [Test]
    public async Task Chat_LogProbabilities_ComeWithTheTokens()
    {
        var options = Greedy();
        options.IncludeLogProbabilities = true;
        options.TopLogProbabilityCount = 3;
        var completion = (await Chat("adaptive_computation").CompleteChatAsync([new UserChatMessage("sort dkab=")], options)).Value;
        var tokens = completion.ContentTokenLogProbabilities;
        Assert.Multiple(() =>
        {
            Assert.That(string.Concat(tokens.Select(token => token.Token)), Is.EqualTo("abdk\n"));
            Assert.That(tokens.Select(token => token.TopLogProbabilities.Count), Has.All.EqualTo(3));
            Assert.That(tokens.Select(token => token.TopLogProbabilities[0].Token), Is.EqualTo(tokens.Select(token => token.Token)),
                "Greedy takes the likeliest.");
            Assert.That(tokens.Select(token => token.LogProbability), Has.All.InRange(-0.5f, 0f));
        });
    }

#pragma warning disable OPENAI001 // The client calls the seed a preview.
    [Test]
    public async Task Chat_SameSeed_IsTheSameText()
    {
        async Task<string> Ask(long seed)
        {
            var options = new ChatCompletionOptions { Temperature = 1, Seed = seed, MaxOutputTokenCount = 60 };
            return (await Chat("reasoning").CompleteChatAsync([new UserChatMessage("The")], options)).Value.Content[0].Text;
        }

        var first = await Ask(7);
        Assert.Multiple(async () =>
        {
            Assert.That(await Ask(7), Is.EqualTo(first));
            Assert.That(await Ask(8), Is.Not.EqualTo(first));
        });
    }
#pragma warning restore OPENAI001

    [Test]
    public async Task Chat_SeveralMessagesWithoutATemplate_AreLines()
    {
        ChatMessage[] messages = [new SystemChatMessage("sort ba=ab"), new UserChatMessage("sort dkab=")];
        var completion = (await Chat("adaptive_computation").CompleteChatAsync(messages, Greedy())).Value;
        Assert.That(completion.Usage.InputTokenCount, Is.EqualTo("\u0002sort ba=ab\nsort dkab=".Length));
    }

    [Test]
    public async Task Models_AreListedAndShown()
    {
        var models = Client(Key).GetOpenAIModelClient();
        var all = (await models.GetModelsAsync()).Value;
        var one = (await models.GetModelAsync("reasoning")).Value;
        Assert.Multiple(() =>
        {
            Assert.That(all.Select(model => model.Id), Is.EqualTo(new[] { "adaptive_computation", "reasoning" }));
            Assert.That(one.OwnedBy, Is.EqualTo("convergence"));
        });
    }

    [Test]
    public Task UnknownModel_Is404() =>
        AssertRefusedAsync(Chat("reasonin"), Greedy(), 404, "model_not_found", "Did you mean \"reasoning\"?");

    [Test]
    public Task Tools_Are400()
    {
        var options = Greedy();
        options.Tools.Add(ChatTool.CreateFunctionTool("look"));
        return AssertRefusedAsync(Chat("reasoning"), options, 400, "unsupported_parameter", "'tools'");
    }

    [Test]
    public Task WrongKey_Is401() =>
        AssertRefusedAsync(Client("another").GetChatClient("reasoning"), Greedy(), 401, "invalid_api_key", "API key");

    private static ChatCompletionOptions Greedy() => new() { Temperature = 0, StopSequences = { "\n" } };

    private static async Task AssertRefusedAsync(ChatClient client, ChatCompletionOptions options, int status, params string[] said)
    {
        var refusal =
            (await Assert.ThrowsAsync<ClientResultException>(() => client.CompleteChatAsync([new UserChatMessage("calc")], options)))!;
        Assert.Multiple(() =>
        {
            Assert.That(refusal.Status, Is.EqualTo(status));
            foreach (var part in said)
            {
                Assert.That(refusal.Message, Does.Contain(part));
            }
        });
    }

    private ChatClient Chat(string model) => Client(Key).GetChatClient(model);

    private OpenAIClient Client(string key) =>
        new(new ApiKeyCredential(key), new OpenAIClientOptions { Endpoint = new Uri(_server.Server.Address, "/v1") });
}
