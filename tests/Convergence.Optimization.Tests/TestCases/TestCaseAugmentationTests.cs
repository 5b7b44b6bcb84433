using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Convergence.Optimization.TestCases;

namespace Convergence.Optimization.Tests.TestCases;

public sealed class TestCaseAugmentationTests
{
    private static TestCase Case(string id, string prompt, string expected, string more = "") => new()
    {
        Id = id,
        Input = (JsonObject)JsonNode.Parse($$"""{"prompt": {{JsonValue.Create(prompt).ToJsonString()}}{{more}}}""")!,
        Expected = (JsonObject)JsonNode.Parse(expected)!,
    };

    private static string Prompt(TestCase testCase) => (string)testCase.Input["prompt"]!;

    private static ImmutableArray<TestCase> Variants(AugmentationConfig config, ulong seed, params ImmutableArray<TestCase> cases) =>
        [.. TestCaseAugmentation.Augment(cases, config, seed).Where(made => made.Original is not null)];

    [Test]
    public void Augment_CasesOfQuestions_GivesTheOriginalsCount()
    {
        ImmutableArray<TestCase> cases =
        [
            Case("a", "Explain how tides come about.", """{"contains": ["moon"], "min_length": 40}"""),
            Case("b", "What is the capital of Senegal?", """{"answer": "Dakar"}"""),
            Case("c", "List three prime numbers.", """{"min_length": 5}"""),
        ];
        var made = TestCaseAugmentation.Augment(cases, new AugmentationConfig(), seed: 1);
        Assert.Multiple(() =>
        {
            Assert.That(made, Has.Length.EqualTo(9));
            Assert.That(made.Take(3), Is.EqualTo(cases));
            Assert.That(made.Select(testCase => testCase.Id), Is.Unique);
            Assert.That(made.Skip(3).Select(testCase => testCase.Id), Has.All.Matches(@"^(crossover_\w_\w|\w_variant_\d)"));
            Assert.That(made.Select(testCase => testCase.Input.ToJsonString()), Is.Unique);
        });
    }

    [Test]
    public void Augment_AnyCase_NeverChangesWhatIsExpectedOfAVariant()
    {
        var testCase = Case("a", "A train goes 120 km in 2 hours. How fast is it?", """{"answer": "60"}""", ", \"km\": 120");
        for (ulong seed = 0; seed < 200; seed++)
        {
            foreach (var variant in Variants(new AugmentationConfig(), seed, testCase))
            {
                Assert.That(variant.Expected.ToJsonString(), Is.EqualTo(testCase.Expected.ToJsonString()));
                Assert.That(Regex.Matches(Prompt(variant), @"\d+").Select(match => match.Value), Is.EqualTo(new[] { "120", "2" }));
                Assert.That((int)variant.Input["km"]!, Is.EqualTo(120));
            }
        }
    }

    [TestCase("list(range(3)) in Python evaluates to what?", "[0, 1, 2]")]
    [TestCase("List comprehensions in Python are written in what brackets?", "square")]
    [TestCase("CREATE TABLE t (id int) makes what?", "a table")]
    [TestCase("create table t (id int) makes what?", "a table")]
    [TestCase("solve=3; print(solve) prints what?", "3")]
    public void Augment_WordsThatAreNoVerb_Stay(string prompt, string answer)
    {
        var testCase = Case("a", prompt, $$"""{"answer": {{JsonValue.Create(answer).ToJsonString()}}}""");
        for (ulong seed = 0; seed < 100; seed++)
        {
            Assert.That(Variants(new AugmentationConfig(), seed, testCase).Select(Prompt), Has.All.EndsWith(prompt));
        }
    }

    [TestCase("How many words does this message have?", "7")]
    [TestCase("Repeat after me: good morning", "good morning")]
    [TestCase("What is the first letter of what I write to you?", "w")]
    public void Augment_RequestsAboutThemselves_HaveNoVariant(string prompt, string answer)
    {
        ImmutableArray<TestCase> cases =
        [
            Case("a", prompt, $$"""{"contains": ["{{answer}}"]}"""),
            Case("b", "What is the capital of Senegal?", """{"contains": ["Dakar"]}"""),
        ];
        for (ulong seed = 0; seed < 100; seed++)
        {
            Assert.That(
                Variants(new AugmentationConfig(), seed, cases).Select(Prompt), Has.None.Contains(prompt));
        }
    }

    [Test]
    public void Augment_NothingExpectedOfNumbers_ChangesThemSometimes()
    {
        var testCase = Case("a", "Tell me about 40 birds seen in 1999.", """{"format": "text"}""");
        var prompts = Enumerable.Range(0, 50)
            .SelectMany(seed => Variants(new AugmentationConfig { CrossoverRate = 0 }, (ulong)seed, testCase)).Select(Prompt).ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(prompts, Has.Some.Not.Contains("40 birds"));
            Assert.That(prompts, Has.All.Contains("1999"));
            Assert.That(prompts.Select(prompt => Regex.Match(prompt, @"(\d+) birds").Groups[1].Value).Distinct(),
                Is.SubsetOf(new[] { "40", "20", "30", "50", "60", "80" }));
        });
    }

    [Test]
    public void Augment_VerbIsExpectedInTheAnswer_KeepsIt()
    {
        var testCase = Case("a", "Explain recursion.", """{"contains": ["explain"]}""");
        var prompts = Enumerable.Range(0, 50).SelectMany(seed => Variants(new AugmentationConfig(), (ulong)seed, testCase)).Select(Prompt);
        Assert.That(prompts, Has.All.Contains("Explain recursion."));
    }

    [Test]
    public void Augment_Crossover_AsksForBothAndExpectsBoth()
    {
        var variants = Variants(
            new AugmentationConfig { CrossoverRate = 1, Factor = 1 },
            7,
            Case("a", "Name the capital of Senegal.", """{"contains": ["Dakar"], "min_length": 5, "max_length": 50}"""),
            Case("b", "Name the capital of Japan.", """{"contains": ["Tokyo"], "min_length": 10, "max_length": 70}"""));
        Assert.That(variants[0].Id, Is.EqualTo("crossover_a_b"));
        Assert.That(Prompt(variants[0]), Does.Contain("Senegal").And.Contain("Japan"));
        Assert.That(
            JsonNode.DeepEquals(
                variants[0].Expected, JsonNode.Parse("""{"contains": ["Dakar", "Tokyo"], "min_length": 10, "max_length": 120}""")),
            variants[0].Expected.ToJsonString());
    }

    [Test]
    public void Augment_CrossoverOfAnswers_MakesNone()
    {
        var variants = Variants(
            new AugmentationConfig { CrossoverRate = 1 },
            7,
            Case("a", "What is 2 + 2?", """{"answer": "4"}"""),
            Case("b", "What is 3 + 3?", """{"answer": "6"}"""));
        Assert.That(variants.Select(variant => variant.Id), Has.None.StartsWith("crossover"));
    }

    [Test]
    public void Augment_NothingThatMayVary_KeepsTheCase()
    {
        var testCase = new TestCase { Id = "a", Input = new JsonObject { ["url"] = "https://example.org/7" } };
        var made = TestCaseAugmentation.Augment([testCase], new AugmentationConfig { KeepsOriginals = false }, seed: 1);
        Assert.That(made, Is.EqualTo(new[] { testCase }));
    }

    [Test]
    public void Augment_SameSeed_IsTheSame()
    {
        var testCase = Case("a", "Explain how 12 tides come about.", "{}");
        static string[] Inputs(ImmutableArray<TestCase> cases) => [.. cases.Select(made => made.Input.ToJsonString())];
        var config = new AugmentationConfig { Factor = 5 };
        var (once, again, other) = (Variants(config, 3, testCase), Variants(config, 3, testCase), Variants(config, 4, testCase));
        Assert.That(Inputs(once), Is.EqualTo(Inputs(again)).And.Not.EqualTo(Inputs(other)));
    }

    [Test]
    public void Augment_Messages_VariesOnlyWhatUsersSay()
    {
        var testCase = new TestCase
        {
            Id = "a",
            Input = (JsonObject)JsonNode.Parse(
                """{"messages": [{"role": "system", "content": "Explain as a poet."}, {"role": "user", "content": "Explain rain."}]}""")!,
        };
        var variants = Variants(new AugmentationConfig { Factor = 5 }, 1, testCase);
        Assert.That(variants, Is.Not.Empty);
        Assert.That(variants.Select(variant => (string)variant.Input["messages"]![0]!["content"]!), Has.All.EqualTo("Explain as a poet."));
    }
}
