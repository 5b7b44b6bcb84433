using System.Net;
using System.Text.Json.Nodes;
using Convergence.Service.Tests.Support;
using Convergence.Testing;

namespace Convergence.Service.Tests.Serving;

/// <summary>A shipped model with a chat template of the test's.</summary>
public sealed class ChatTemplateModelTests
{
    private const string Question = """
        {"model":"sorter","messages":[{"role":"system","content":"sort"},{"role":"user","content":"dkab"}],"temperature":0,"stop":"\n"}
        """;

    private readonly TemporaryDirectory _directory = new();

    [SetUp]
    public void CopyModel()
    {
        foreach (var file in Directory.EnumerateFiles(RepositoryRoot.Combine("models", "adaptive_computation")))
        {
            File.Copy(file, _directory.Combine(Path.GetFileName(file)), overwrite: true);
        }
    }

    [OneTimeTearDown]
    public void Delete() => _directory.Dispose();

    [Test]
    public async Task Chat_FollowsTheModelsTemplate()
    {
        SetTemplate("{{ bos_token }}{% for m in messages %}{{ m.content }}"
            + "{{ ' ' if not loop.last }}{% endfor %}{% if add_generation_prompt %}={% endif %}");
        await using var server = await RunningServer.StartAsync(null, [$"sorter={_directory.Path}"]);
        var (status, body) = await server.PostAsync("/v1/chat/completions", Question);
        Assert.Multiple(() =>
        {
            Assert.That(status, Is.EqualTo(HttpStatusCode.OK), body.ToString());
            Assert.That(body.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString(), Is.EqualTo("abdk"));

            // BOS comes from the template, and only from there.
            Assert.That(body.GetProperty("usage").GetProperty("prompt_tokens").GetInt32(), Is.EqualTo(11));
        });
    }

    [TestCase("{{ raise_exception('no system messages') }}", "no system messages")]
    [TestCase("{% extends 'another' %}", "extends")]
    public async Task Chat_TemplateThatCannotWriteIt_IsRefusedWithTheReason(string template, string said)
    {
        SetTemplate(template);
        await using var server = await RunningServer.StartAsync(null, [$"sorter={_directory.Path}"]);
        var (status, body) = await server.PostAsync("/v1/chat/completions", Question);
        var completion = await server.CompleteTextAsync(new { model = "sorter", prompt = "sort dkab=", temperature = 0, stop = "\n" });
        Assert.Multiple(() =>
        {
            Assert.That(status, Is.EqualTo(HttpStatusCode.BadRequest));
            Assert.That(body.GetProperty("error").GetProperty("param").GetString(), Is.EqualTo("messages"));
            Assert.That(body.GetProperty("error").GetProperty("message").GetString(), Does.Contain(said));
            Assert.That(completion, Is.EqualTo("abdk"));
        });
    }

    private void SetTemplate(string template)
    {
        var path = _directory.Combine("tokenizer_config.json");
        var config = JsonNode.Parse(File.ReadAllText(path))!;
        config["chat_template"] = template;
        File.WriteAllText(path, config.ToJsonString());
    }
}
