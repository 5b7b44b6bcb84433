using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Convergence.Service.Hosting;
using Convergence.Service.Tests.Support;

namespace Convergence.Service.Tests.OpenAi;

/// <summary>Requests that are wrong, broken or hostile: each gets a clear answer, and the server goes on.</summary>
public sealed class BadRequestTests
{
    private const string Chat = "/v1/chat/completions";
    private const string Completions = "/v1/completions";

    private RunningServer _server = null!;

    [OneTimeSetUp]
    public async Task Start() => _server = await RunningServer.OfSpecialistsAsync(
        new ModelServerOptions { MaxBodyByteCount = 100_000, BodyTimeout = TimeSpan.FromSeconds(1) });

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _server.DisposeAsync();
        Assert.That(_server.Failures, Is.Empty);
    }

    [TearDown]
    public async Task StillAnswers() => Assert.That(
        await _server.CompleteTextAsync(new { model = "adaptive_computation", prompt = "sort ba=", temperature = 0, stop = "\n" }),
            Is.EqualTo("ab"));

    [TestCase(Completions, "", null, null)]
    [TestCase(Completions, "{", null, null)]
    [TestCase(Completions, "[]", null, null)]
    [TestCase(Completions, """{"model":"reasoning","model":"reasoning"}""", null, null)]
    [TestCase(Completions, """{"model":"reasoning","prompt":"a","\ud800":1}""", null, null)]
    [TestCase(Completions, """{"prompt":"a"}""", "model", "missing_required_parameter")]
    [TestCase(Completions, """{"model":7,"prompt":"a"}""", "model", "invalid_value")]
    [TestCase(Completions, """{"model":"reasoning"}""", "prompt", "missing_required_parameter")]
    [TestCase(Completions, """{"model":"reasoning","prompt":[]}""", "prompt", "invalid_value")]
    [TestCase(Completions, """{"model":"reasoning","prompt":[1,"a"]}""", "prompt", "invalid_value")]
    [TestCase(Completions, """{"model":"reasoning","prompt":[259]}""", "prompt", "invalid_value")]
    [TestCase(Completions, """{"model":"reasoning","prompt":[[]]}""", "prompt", "invalid_value")]
    [TestCase(Completions, """{"model":"reasoning","prompt":"\ud800"}""", "prompt", "invalid_value")]
    [TestCase(Completions, """{"model":"reasoning","prompt":"a","temperature":2.5}""", "temperature", "invalid_value")]
    [TestCase(Completions, """{"model":"reasoning","prompt":"a","temperature":1e999}""", "temperature", "invalid_value")]
    [TestCase(Completions, """{"model":"reasoning","prompt":"a","temperature":"hot"}""", "temperature", "invalid_value")]
    [TestCase(Completions, """{"model":"reasoning","prompt":"a","temperatur":1}""", "temperatur", "unknown_parameter")]
    [TestCase(Completions, """{"model":"reasoning","prompt":"a","top_p":-0.1}""", "top_p", "invalid_value")]
    [TestCase(Completions, """{"model":"reasoning","prompt":"a","max_tokens":0}""", "max_tokens", "invalid_value")]
    [TestCase(Completions, """{"model":"reasoning","prompt":"a","max_tokens":1.5}""", "max_tokens", "invalid_value")]
    [TestCase(Completions, """{"model":"reasoning","prompt":"a","max_tokens":255}""", "prompt", "context_length_exceeded")]
    [TestCase(Completions, """{"model":"reasoning","prompt":"a","max_tokens":2147483647}""", "prompt", "context_length_exceeded")]
    [TestCase(Completions, """{"model":"reasoning","prompt":"a","n":129}""", "n", "invalid_value")]
    [TestCase(Completions, """{"model":"reasoning","prompt":["a","b"],"n":100}""", "n", "invalid_value")]
    [TestCase(Completions, """{"model":"reasoning","prompt":"a","seed":1.5}""", "seed", "invalid_value")]
    [TestCase(Completions, """{"model":"reasoning","prompt":"a","stop":""}""", "stop", "invalid_value")]
    [TestCase(Completions, """{"model":"reasoning","prompt":"a","stop":{"a":1}}""", "stop", "invalid_value")]
    [TestCase(Completions, """{"model":"reasoning","prompt":"a","stream":"yes"}""", "stream", "invalid_value")]
    [TestCase(Completions, """{"model":"reasoning","prompt":"a","stream_options":{}}""", "stream_options", "invalid_value")]
    [TestCase(Completions, """{"model":"reasoning","prompt":"a","stream":true,"stream_options":{"usage":1}}""", "stream_options.usage",
        "unknown_parameter")]
    [TestCase(Completions, """{"model":"reasoning","prompt":"a","logprobs":21}""", "logprobs", "invalid_value")]
    [TestCase(Completions, """{"model":"reasoning","prompt":"a","logit_bias":{"259":1}}""", "logit_bias", "invalid_value")]
    [TestCase(Completions, """{"model":"reasoning","prompt":"a","logit_bias":{"5":101}}""", "logit_bias", "invalid_value")]
    [TestCase(Completions, """{"model":"reasoning","prompt":"a","presence_penalty":-3}""", "presence_penalty", "invalid_value")]
    [TestCase(Completions, """{"model":"reasoning","prompt":"a","echo":true}""", "echo", "unsupported_parameter")]
    [TestCase(Completions, """{"model":"reasoning","prompt":"a","suffix":"b"}""", "suffix", "unsupported_parameter")]
    [TestCase(Completions, """{"model":"reasoning","prompt":"a","best_of":2}""", "best_of", "unsupported_parameter")]
    [TestCase(Chat, """{"model":"reasoning"}""", "messages", "missing_required_parameter")]
    [TestCase(Chat, """{"model":"reasoning","messages":[]}""", "messages", "invalid_value")]
    [TestCase(Chat, """{"model":"reasoning","messages":["hi"]}""", "messages[0]", "invalid_value")]
    [TestCase(Chat, """{"model":"reasoning","messages":[{"content":"a"}]}""", "messages[0].role", "missing_required_parameter")]
    [TestCase(Chat, """{"model":"reasoning","messages":[{"role":"user"}]}""", "messages[0].content", "missing_required_parameter")]
    [TestCase(Chat, """{"model":"reasoning","messages":[{"role":"boss","content":"a"}]}""", "messages[0].role", "invalid_value")]
    [TestCase(Chat, """{"model":"reasoning","messages":[{"role":"user","content":[{"type":"image_url"}]}]}""",
        "messages[0].content[0].type", "unsupported_parameter")]
    [TestCase(Chat, """{"model":"reasoning","messages":[{"role":"user","content":"a"}],"tools":[{}]}""", "tools", "unsupported_parameter")]
    [TestCase(Chat, """{"model":"reasoning","messages":[{"role":"user","content":"a"}],"response_format":{"type":"json_object"}}""",
        "response_format", "unsupported_parameter")]
    [TestCase(Chat, """{"model":"reasoning","messages":[{"role":"user","content":"a"}],"top_logprobs":2}""", "top_logprobs",
        "invalid_value")]
    [TestCase(Chat, """{"model":"reasoning","messages":[{"role":"user","content":"a"}],"max_tokens":2,"max_completion_tokens":3}""",
        "max_tokens", "invalid_value")]
    public async Task WrongRequest_Is400AndNamesTheParameter(string path, string json, string? parameter, string? code)
    {
        var (status, body) = await _server.PostAsync(path, json);
        AssertError(status, body, HttpStatusCode.BadRequest, parameter, code);
    }

    [Test]
    public async Task HarmlessValuesOfWhatIsNotThere_AreTaken()
    {
        var (status, body) = await _server.PostAsync(
            Chat,
            """
            {"model":"reasoning","messages":[{"role":"user","content":[{"type":"text","text":"calc 31 -1 "},{"type":"text","text":"-8="}]}],
             "tools":[],"tool_choice":"auto","response_format":{ "type" : "text" },"modalities":["text"],"store":false,"user":"u",
             "temperature":0,"stop":["\n"],"max_tokens":null,"seed":-5}
            """);
        Assert.That(status, Is.EqualTo(HttpStatusCode.OK), body.ToString());
        Assert.That(body.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString(), Is.EqualTo("30 22"));
    }

    [Test]
    public async Task ChatLongerThanTheContext_IsContextLengthExceeded()
    {
        var message = new { role = "user", content = new string('a', 300) };
        var (status, body) =
            await _server.PostAsync(Chat, JsonSerializer.Serialize(new { model = "reasoning", messages = new[] { message } }));
        AssertError(status, body, HttpStatusCode.BadRequest, "messages", "context_length_exceeded");
    }

    [Test]
    public async Task DeepNesting_Is400()
    {
        var (status, body) = await _server.PostAsync(Completions, string.Concat(Enumerable.Repeat("{\"a\":", 5000)));
        AssertError(status, body, HttpStatusCode.BadRequest, null, null);
    }

    [Test]
    public async Task UnknownModel_Is404()
    {
        var (status, body) = await _server.PostAsync(Completions, """{"model":"gpt-4o","prompt":"a"}""");
        AssertError(status, body, HttpStatusCode.NotFound, "model", "model_not_found");
    }

    [TestCase("GET", "/v1/engines", HttpStatusCode.NotFound)]
    [TestCase("GET", "/", HttpStatusCode.NotFound)]
    [TestCase("GET", "/v1/models/other", HttpStatusCode.NotFound)]
    [TestCase("GET", Chat, HttpStatusCode.MethodNotAllowed)]
    [TestCase("DELETE", "/v1/models", HttpStatusCode.MethodNotAllowed)]
    public async Task WrongUrl_IsSaidInTheSameShape(string method, string path, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await _server.Client.SendAsync(request);
        var body = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync());
        Assert.That(response.StatusCode, Is.EqualTo(expected));
        Assert.That(body.GetProperty("error").GetProperty("type").GetString(), Is.EqualTo("invalid_request_error"));
    }

    [Test]
    public async Task AnotherContentType_Is415()
    {
        using var content = new StringContent("{}", Encoding.UTF8, "text/plain");
        using var response = await _server.Client.PostAsync(new Uri(Chat, UriKind.Relative), content);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.UnsupportedMediaType));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task HugeBody_Is413(bool hasLength)
    {
        var head = hasLength ? "Content-Length: 3000000" : "Transfer-Encoding: chunked";
        var body = hasLength ? "" : $"186A1\r\n{new string(' ', 100_001)}\r\n0\r\n\r\n";
        Assert.That(
            await SendRawAsync(Head(head) + body, closesHalf: false), Does.StartWith("HTTP/1.1 413 ").And.Contain("invalid_request_error"));
    }

    [Test]
    public async Task HalfClosedConnection_EndsTheRequest()
    {
        var answer = await SendRawAsync(Head("Content-Length: 1000") + "{\"model\":", closesHalf: true);
        Assert.That(answer, Is.Empty.Or.StartWith("HTTP/1.1 400 "));
    }

    [Test]
    public async Task SlowDrip_Is408()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _server.Server.Address.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(Head("Content-Length: 1000")));
        var answer = ReadAllAsync(stream);
        for (var count = 0; count < 100 && !answer.IsCompleted; count++)
        {
            try
            {
                await stream.WriteAsync(" "u8.ToArray());
            }
            catch (IOException)
            {
                // The server has closed the connection already.
                break;
            }

            await Task.WhenAny(answer, Task.Delay(100));
        }

        Assert.That(await answer, Does.StartWith("HTTP/1.1 408 "));
    }

    // Valid requests with bytes changed, inserted and cut: whatever comes out, the server answers and is not to blame.
    [Test]
    public async Task MutatedRequests_AreAnsweredAndNeverAFailure()
    {
        const string valid = """
            {"model":"reasoning","prompt":["a",[1,2]],"max_tokens":3,"stop":["x"],"n":2,"logit_bias":{"5":1},"logprobs":1,"stream":false}
            """;
        var random = new System.Random(5);
        for (var round = 0; round < 300; round++)
        {
            var bytes = Encoding.UTF8.GetBytes(valid).ToList();
            for (var count = random.Next(1, 4); count > 0; count--)
            {
                var place = random.Next(bytes.Count);
                switch (random.Next(3))
                {
                    case 0: bytes[place] = (byte)random.Next(256); break;
                    case 1: bytes.Insert(place, (byte)"{}[]\",:0129eE-.\\"[random.Next(16)]); break;
                    default: bytes.RemoveRange(place, Math.Min(random.Next(1, 8), bytes.Count - place)); break;
                }
            }

            using var content = new ByteArrayContent([.. bytes]);
            content.Headers.ContentType = new("application/json");
            using var response = await _server.Client.PostAsync(new Uri(Completions, UriKind.Relative), content);
            Assert.That((int)response.StatusCode, Is.AnyOf(200, 400, 404), Encoding.UTF8.GetString([.. bytes]));
        }
    }

    private static string Head(string header) =>
        $"POST {Completions} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{header}\r\n\r\n";

    private static void AssertError(HttpStatusCode status, JsonElement body, HttpStatusCode expected, string? parameter, string? code)
    {
        Assert.That(status, Is.EqualTo(expected), body.ToString());
        var error = body.GetProperty("error");
        Assert.Multiple(() =>
        {
            Assert.That(error.GetProperty("message").GetString(), Is.Not.Empty);
            Assert.That(error.GetProperty("type").GetString(), Is.EqualTo("invalid_request_error"));
            Assert.That(error.GetProperty("param").GetString(), Is.EqualTo(parameter));
            Assert.That(error.GetProperty("code").GetString(), Is.EqualTo(code));
        });
    }

    private static async Task<string> ReadAllAsync(NetworkStream stream)
    {
        var answer = new MemoryStream();
        try
        {
            await stream.CopyToAsync(answer).WaitAsync(TimeSpan.FromSeconds(20));
        }
        catch (IOException)
        {
            // A reset ends the answer as well as a close.
        }

        return Encoding.UTF8.GetString(answer.ToArray());
    }

    private async Task<string> SendRawAsync(string request, bool closesHalf)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _server.Server.Address.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        if (closesHalf)
        {
            client.Client.Shutdown(SocketShutdown.Send);
        }

        return await ReadAllAsync(stream);
    }
}
