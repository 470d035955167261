"""Tokenizers of each kind, small: trained here on the project's own pages, since those of the families lie on a hub.

Only CLIP's is the real one, which open_clip carries. The others have the normalizers, pre-tokenizers, special tokens and
algorithms of the real ones, and vocabularies of their own.
"""
import pathlib

import sentencepiece
from open_clip.tokenizer import SimpleTokenizer
from tokenizers import AddedToken, BertWordPieceTokenizer, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import BertTokenizerFast, CLIPTokenizerFast, GemmaTokenizerFast, SiglipTokenizer

from exporter import tokenizer_json

ROOT = pathlib.Path(__file__).parents[2]
CHINESE = "一张猫和狗的照片。一朵花，一只鸟在天空中，山上的白雪和红色的汽车，孩子吃苹果，大海与太阳。"


def lines():
    """The text that the small vocabularies are made of."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    text = [line for page in pages for line in page.read_text(encoding="utf-8").splitlines() if line.strip()]
    return text + [CHINESE] * 20


def clip(folder):
    """CLIP's own, under the names that transformers has for its special tokens."""
    own = tokenizer_json.of_open_clip(SimpleTokenizer())
    own = own.replace("<start_of_text>", "<|startoftext|>").replace("<end_of_text>", "<|endoftext|>")
    (folder / "tokenizer.json").write_text(own, encoding="utf-8")
    end = "<|endoftext|>"
    CLIPTokenizerFast(
        tokenizer_file=str(folder / "tokenizer.json"), bos_token="<|startoftext|>", eos_token=end, unk_token=end, pad_token=end,
        model_max_length=77,
    ).save_pretrained(folder)


def bert(folder):
    """WordPiece in lower case, Chinese characters one by one; [CLS] text [SEP]."""
    made = BertWordPieceTokenizer(lowercase=True)
    made.train_from_iterator(lines(), vocab_size=3000, show_progress=False)
    made.save_model(str(folder))
    made.save(str(folder / "tokenizer.json"))
    BertTokenizerFast(vocab=str(folder / "vocab.txt"), do_lower_case=True, model_max_length=512).save_pretrained(folder)


def siglip(folder):
    """A unigram model of sentencepiece as T5 has it; transformers strips punctuation and lower-cases before it."""
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines()), model_prefix=str(folder / "spiece"), vocab_size=2000, model_type="unigram",
        pad_id=0, eos_id=1, unk_id=2, bos_id=-1, normalization_rule_name="nmt_nfkc", minloglevel=2,
    )
    SiglipTokenizer(str(folder / "spiece.model"), model_max_length=64).save_pretrained(folder)
    return len(sentencepiece.SentencePieceProcessor(model_file=str(folder / "spiece.model")))


def gemma(folder):
    """BPE over characters with bytes for what is unknown, in lower case as SigLIP 2 wants it; text <eos>, <pad> behind."""
    special = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"]
    made = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    made.normalizer = normalizers.Sequence([normalizers.Lowercase(), normalizers.Replace(" ", "▁")])
    made.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    made.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    all_bytes = [f"<0x{value:02X}>" for value in range(256)]
    trainer = trainers.BpeTrainer(vocab_size=2500, special_tokens=special + all_bytes, show_progress=False)
    made.train_from_iterator(lines(), trainer)
    ready = Tokenizer(made.model)
    ready.normalizer, ready.pre_tokenizer, ready.decoder = made.normalizer, made.pre_tokenizer, made.decoder
    ready.add_special_tokens([AddedToken(token, normalized=False) for token in special])
    ready.post_processor = processors.TemplateProcessing(single="$A <eos>", special_tokens=[("<eos>", 1)])
    ready.save(str(folder / "tokenizer.json"))
    GemmaTokenizerFast(
        tokenizer_file=str(folder / "tokenizer.json"), add_bos_token=False, add_eos_token=True, padding_side="right",
        model_max_length=64,
    ).save_pretrained(folder)
    return ready.get_vocab_size()
