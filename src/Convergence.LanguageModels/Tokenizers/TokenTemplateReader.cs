using System.Collections.Immutable;

namespace Convergence.LanguageModels.Tokenizers;

/// <summary>Reads the <c>post_processor</c> of a <c>tokenizer.json</c>.</summary>
internal static class TokenTemplateReader
{
    public static TokenTemplate Read(TokenizerNode node)
    {
        switch (node.Type)
        {
            case "ByteLevel":
                // It only trims offsets, which are not kept here.
                return TokenTemplate.None;
            case "TemplateProcessing":
                return ReadTemplate(node);
            case "Sequence":
                var template = TokenTemplate.None;
                foreach (var step in node.Items("processors").Select(Read))
                {
                    template = new TokenTemplate([.. step.Prefix, .. template.Prefix], [.. template.Suffix, .. step.Suffix]);
                }

                return template;
            default:
                throw node.Unsupported("post-processor", "ByteLevel, TemplateProcessing, Sequence");
        }
    }

    private static TokenTemplate ReadTemplate(TokenizerNode node)
    {
        var prefix = ImmutableArray.CreateBuilder<int>();
        var suffix = ImmutableArray.CreateBuilder<int>();
        var isAfterText = false;
        foreach (var item in node.Items("single"))
        {
            if (item.Optional("Sequence") is not null)
            {
                isAfterText = isAfterText ? throw item.Error("repeats the text", "Only templates with one text are supported.") : true;
                continue;
            }

            var name = item.Required("SpecialToken").Text("id");
            var special = node.Required("special_tokens").Required(name);
            (isAfterText ? suffix : prefix).AddRange(special.Items("ids").Select(id => id.TokenId()));
        }

        return isAfterText
            ? new TokenTemplate(prefix.ToImmutable(), suffix.ToImmutable())
            : throw node.Error("has a template without a text", "Download or export it again.");
    }
}
