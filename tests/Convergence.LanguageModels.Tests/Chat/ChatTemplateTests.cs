using System.Text.Json;
using Convergence.LanguageModels.Chat;
using Convergence.Testing;

namespace Convergence.LanguageModels.Tests.Chat;

public sealed class ChatTemplateTests
{
    private static readonly ChatMessage[] Hello = [new("user", "Hello")];

    // Written by Jinja2 3.1.6 itself, set up as transformers does.
    private static IEnumerable<TestCaseData> ReferenceCases()
    {
        var path = RepositoryRoot.Combine("tests", "Convergence.LanguageModels.Tests", "Chat", "chat_templates.json");
        foreach (var entry in JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(path)).EnumerateArray())
        {
            yield return new TestCaseData(entry).SetArgDisplayNames(entry.GetProperty("name").GetString()!);
        }
    }

    [TestCaseSource(nameof(ReferenceCases))]
    public void Render_ReferenceTemplate_IsWhatJinjaWrites(JsonElement reference)
    {
        var messages = reference.GetProperty("messages").EnumerateArray()
            .Select(message => new ChatMessage(message.GetProperty("role").GetString()!, message.GetProperty("content").GetString()!))
            .ToList();
        Assert.That(Parse(reference.GetProperty("template").GetString()!).Render(messages),
            Is.EqualTo(reference.GetProperty("expected").GetString()));
    }

    [Test]
    public void Render_StrftimeNow_WritesTheClocksDate()
    {
        var template = Parse("{{ strftime_now('%d %b %Y') }} {{ strftime_now('%Y-%m-%d') }}", new FixedTime());
        Assert.That(template.Render(Hello), Is.EqualTo("03 Feb 2026 2026-02-03"));
    }

    [TestCase("{{ raise_exception('only one system message') }}", "only one system message")]
    [TestCase("{{ messages[5].content }}", "the item")]
    [TestCase("{{ nothing.at.all }}", "'nothing'")]
    [TestCase("{{ 1 + 'a' }}", "'+'")]
    [TestCase("{{ 1 // 0 }}", "1 // 0")]
    [TestCase("{{ messages | frobnicate }}", "frobnicate")]
    [TestCase("{{ 1 is frobbed }}", "frobbed")]
    [TestCase("{{ messages() }}", "cannot be called")]
    [TestCase("{% for a, b in [[1, 2, 3]] %}{% endfor %}", "3 values")]
    [TestCase("{% set messages.x = 1 %}", "no namespace")]
    public void Render_WhatCannotBe_SaysWhy(string template, string said) =>
        Assert.That(() => Parse(template).Render(Hello), Throws.TypeOf<LanguageModelException>().With.Message.Contains(said));

    // Templates come with models from anywhere: none may hold the server up or take its memory.
    [TestCase("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}")]
    [TestCase("{{ range(1000000000) }}")]
    [TestCase("{{ 'aaaaaaaaaa' * 1000000000 }}")]
    [TestCase("{% set ns = namespace(a='aaaaaaaa') %}{% for i in range(64) %}{% set ns.a = ns.a + ns.a %}{% endfor %}")]
    [TestCase("{% for i in range(99999) %}{{ 'a' * 1000000 }}{% endfor %}")]
    [TestCase("{% set ns = namespace(a=[]) %}{% for i in range(64) %}{% set ns.a = [ns.a, ns.a] %}{% endfor %}{{ ns.a }}")]
    [TestCase("{% set ns = namespace(a=[], b=[]) %}{% for i in range(64) %}"
        + "{% set ns.a = [ns.a, ns.a] %}{% set ns.b = [ns.b, ns.b] %}{% endfor %}{{ ns.a == ns.b }}")]
    [TestCase("{% set ns = namespace(a=[]) %}{% for i in range(99999) %}{% set ns.a = [ns.a] %}{% endfor %}{{ ns.a | tojson }}")]
    [TestCase("{% set ns = namespace(a=[]) %}{% for i in range(99999) %}{% set ns.a = ns.a + ['a' * 99999] %}{% endfor %}")]
    [TestCase("{{ ('a' * 999999).replace('a', 'b' * 999999) }}")]
    [TestCase("{{ range(99999) | join('a' * 999999) }}")]
    [TestCase("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}")]
    public void Render_Greedy_IsStopped(string template) =>
        Assert.That(() => Parse(template).Render(Hello), Throws.TypeOf<LanguageModelException>());

    [TestCase("{{ a", "line 1")]
    [TestCase("x\n{% if a %}", "'endif'")]
    [TestCase("{% endif %}", "endif")]
    [TestCase("{{ 'a }}", "no end")]
    [TestCase("{# a", "no end")]
    [TestCase("{% include 'other' %}", "include")]
    [TestCase("{{ a b }}", "'b'")]
    [TestCase("{{ ! }}", "'!'")]
    public void Parse_WhatIsNotThere_SaysWhereAndWhat(string template, string said) =>
        Assert.That(() => Parse(template),
            Throws.TypeOf<LanguageModelException>().With.Message.Contains(said).And.Message.Contains("tokenizer_config.json"));

    [Test]
    public void Parse_DeepNesting_IsAClearError() =>
        Assert.That(() => Parse("{{ " + new string('(', 100_000)), Throws.TypeOf<LanguageModelException>());

    // Pieces of templates put together at random: they are read or refused, and nothing else happens.
    [Test]
    public void ParseAndRender_RandomPieces_NeverFailOtherwise()
    {
        string[] pieces =
        [
            "{{", "}}", "{%", "%}", "-%}", "{#", "#}", " if ", " for ", " in ", "messages", " set ", "x", "=", ".", "[", "]", "(", ")",
                "|", "trim", "is", " not ",
            "endif", "endfor", "else", "'a'", "1", ":", ",", "{", "}", "+", "*", "~", "loop", "content", "range", " macro ", "endmacro",
                "\n", "  ", "items",
        ];
        var random = new System.Random(11);
        for (var round = 0; round < 20_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 25)).Select(_ => pieces[random.Next(pieces.Length)]));
            try
            {
                Parse(text).Render(Hello);
            }
            catch (LanguageModelException)
            {
                // Refused, in words.
            }
        }
    }

    private static ChatTemplate Parse(string text, TimeProvider? time = null) => ChatTemplate.Parse(
        new ChatTemplateSource(
            "tokenizer_config.json", text, new Dictionary<string, string> { ["bos_token"] = "<s>", ["eos_token"] = "</s>" }),
        time ?? TimeProvider.System);

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 2, 3, 12, 0, 0, TimeSpan.Zero);

        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;
    }
}
