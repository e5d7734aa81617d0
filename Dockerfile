FROM python:3.13-slim

# Inside the image the folders are these, and `/healthz`, `/readyz` and `/metrics` are on, for the container's network.
ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    BOT_DATA_DIR=/data \
    BOT_STORAGE_KEY_FILE=/keys/storage.key \
    BOT_BACKUP_DIR=/backups \
    BOT_HTTP_HOST=0.0.0.0 \
    BOT_HTTP_PORT=8080

WORKDIR /app

COPY requirements.txt LICENSE ./
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.txt

# A plain user, and folders of its own: what is kept, apart from it the key that opens it, and copies.
RUN useradd --uid 10001 --user-group --no-create-home bot \
    && install --directory --mode 700 --owner bot --group bot /data /keys /backups

COPY bot bot
COPY content content

# Compiled once here, and not again at every start.
RUN python -m compileall -q bot

USER bot
VOLUME ["/data", "/keys", "/backups"]

# Fails when Telegram has not answered, or the bot has not looked for what is due, for over a minute: what a restart
# might mend. `/readyz` also says what it does not, such as a full disk.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD ["python", "-c", \
    "import os, urllib.request as web; web.urlopen('http://127.0.0.1:' + os.environ['BOT_HTTP_PORT'] + '/healthz', timeout=4)"]

CMD ["python", "-m", "bot", "run"]
